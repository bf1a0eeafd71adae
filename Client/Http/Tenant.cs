namespace EmbedPlatform.Client.Http;

/// <summary>Sets the tenant of a client: it reads and writes only that tenant's data.</summary>
public static class Tenant
{
    /// <summary>The header that SearchApi reads.</summary>
    public const string Header = "X-Tenant";

    /// <summary>Sends a tenant with every request of a client.</summary>
    /// <param name="http">The client.</param>
    /// <param name="tenant">The tenant; null or empty to send none.</param>
    /// <exception cref="ArgumentException">
    /// Not a tenant key: 1 to 63 of a-z, A-Z, 0-9, '.', _ and -, starting with a letter or digit.
    /// </exception>
    public static void Send(HttpClient http, string? tenant)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (string.IsNullOrEmpty(tenant))
        {
            return;
        }

        if (!IsKey(tenant))
        {
            throw new ArgumentException(
                "A tenant must be 1 to 63 of a-z, A-Z, 0-9, '.', _ and -, starting with a letter or digit.",
                nameof(tenant)
            );
        }

        http.DefaultRequestHeaders.Remove(Header);
        http.DefaultRequestHeaders.TryAddWithoutValidation(Header, tenant);
    }

    /// <summary>Whether a string is a valid tenant key.</summary>
    public static bool IsKey(string text) =>
        text is { Length: >= 1 and <= 63 }
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
