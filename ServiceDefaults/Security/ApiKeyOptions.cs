namespace EmbedPlatform.ServiceDefaults.Security;

/// <summary>Configuration section <c>ApiKeys</c>.</summary>
public sealed class ApiKeyOptions
{
    public const string SectionName = "ApiKeys";

    /// <summary>
    /// Whether requests need a key. Without keys, a service refuses to listen beyond loopback unless this is false.
    /// </summary>
    /// <value>whether keys are configured</value>
    public bool? Required { get; set; }

    public IList<ApiKeyEntry> Keys { get; } = [];

    public bool Enforced => Required ?? Keys.Count > 0;
}

/// <summary>A key; only its hash is stored.</summary>
public sealed class ApiKeyEntry
{
    /// <summary>The owner of a key, for logs and traces. <c>embedctl keys new</c> prints the three options of a key.</summary>
    public string Name { get; set; } = "";

    /// <summary>The SHA-256 of the key's UTF-8 bytes, as 64 hexadecimal digits.</summary>
    public string Hash { get; set; } = "";

    /// <summary>
    /// The key's scopes, separated by commas or spaces: <c>embed</c>, <c>rerank</c>, <c>search</c>, <c>write</c>, <c>metrics</c>,
    /// <c>admin</c>.
    /// </summary>
    public string Scopes { get; set; } = "";
}

public static class KeyScopes
{
    /// <summary>Every route of EmbedService.</summary>
    public const string Embed = "embed";

    /// <summary>Every route of RerankService.</summary>
    public const string Rerank = "rerank";

    /// <summary>Reading and searching collections.</summary>
    public const string Search = "search";

    /// <summary>Changing collections and documents; does not include <see cref="Search"/>.</summary>
    public const string Write = "write";

    /// <summary><c>GET /metrics</c>.</summary>
    public const string Metrics = "metrics";

    /// <summary>Includes all other scopes.</summary>
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [Embed, Rerank, Search, Write, Metrics, Admin];
}
