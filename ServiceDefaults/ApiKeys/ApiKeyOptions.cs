namespace EmbedPlatform.ServiceDefaults.ApiKeys;

/// <summary>Who may call a service; bound from the configuration section <c>ApiKeys</c>.</summary>
public sealed class ApiKeyOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "ApiKeys";

    /// <summary>
    /// Whether requests need a key. Null, the default: where keys are configured. Without keys a service listens on loopback alone, unless this is
    /// false.
    /// </summary>
    public bool? Required { get; set; }

    /// <summary>The keys.</summary>
    public IList<ApiKeyEntry> Keys { get; } = [];

    /// <summary>Whether requests need a key.</summary>
    public bool Enforced => Required ?? Keys.Count > 0;
}

/// <summary>A key, known by its hash alone.</summary>
public sealed class ApiKeyEntry
{
    /// <summary>Whose it is, for logs and traces.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the key's UTF-8 bytes, 64 hexadecimal digits; <c>embedctl keys new</c> prints it.</summary>
    public string Hash { get; set; } = "";

    /// <summary>What it opens: <see cref="KeyScopes"/>, separated by commas or blanks.</summary>
    public string Scopes { get; set; } = "";
}

/// <summary>What keys may open.</summary>
public static class KeyScopes
{
    /// <summary>EmbedService.</summary>
    public const string Embed = "embed";

    /// <summary>RerankService.</summary>
    public const string Rerank = "rerank";

    /// <summary>Reading and searching collections.</summary>
    public const string Search = "search";

    /// <summary>Changing collections and documents; does not include <see cref="Search"/>.</summary>
    public const string Write = "write";

    /// <summary><c>GET /metrics</c>.</summary>
    public const string Metrics = "metrics";

    /// <summary>Everything.</summary>
    public const string Admin = "admin";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Embed, Rerank, Search, Write, Metrics, Admin];
}
