namespace EmbedPlatform.Client.Http;

/// <summary>The tenant of a client: what it sees and writes is that tenant's alone.</summary>
public static class Tenant
{
    /// <summary>The header that SearchApi reads.</summary>
    public const string Header = "X-Tenant";

    /// <summary>Makes a client name a tenant with every request.</summary>
    /// <param name="http">The client.</param>
    /// <param name="tenant">The tenant; null or empty: none is named.</param>
    /// <exception cref="ArgumentException">It is no tenant's key: 1 to 63 of a-z, A-Z, 0-9, '.', _ and -, first a letter or
    /// digit.</exception>
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
                "A tenant is named by 1 to 63 of a-z, A-Z, 0-9, '.', _ and -, of which the first is a letter or digit.",
                nameof(tenant)
            );
        }

        http.DefaultRequestHeaders.Remove(Header);
        http.DefaultRequestHeaders.TryAddWithoutValidation(Header, tenant);
    }

    /// <summary>Whether a text can name a tenant.</summary>
    public static bool IsKey(string text) =>
        text is { Length: >= 1 and <= 63 }
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
