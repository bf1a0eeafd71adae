using System.Net.Http.Headers;

namespace EmbedPlatform.Client.Http;

/// <summary>Sets the API key of a client.</summary>
public static class ApiKey
{
    /// <summary>Sends a key with every request of a client, as <c>Authorization: Bearer</c>.</summary>
    /// <param name="http">The client.</param>
    /// <param name="key">The key; null or empty to send none.</param>
    /// <exception cref="ArgumentException">The key has characters that a header cannot carry; the message does not repeat it.</exception>
    public static void Send(HttpClient http, string? key)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (string.IsNullOrEmpty(key))
        {
            return;
        }

        if (!key.All(c => c is > ' ' and < '\u007f'))
        {
            throw new ArgumentException("An API key must consist of visible ASCII characters without spaces.", nameof(key));
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }
}
