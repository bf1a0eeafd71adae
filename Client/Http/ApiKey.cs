using System.Net.Http.Headers;

namespace EmbedPlatform.Client.Http;

/// <summary>The API key of a client.</summary>
public static class ApiKey
{
    /// <summary>Makes a client send a key with every request, as <c>Authorization: Bearer</c>.</summary>
    /// <param name="http">The client.</param>
    /// <param name="key">The key; null or empty: none is sent.</param>
    /// <exception cref="ArgumentException">The key holds what no header can carry; the message does not repeat it.</exception>
    public static void Send(HttpClient http, string? key)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (string.IsNullOrEmpty(key))
        {
            return;
        }

        if (!key.All(c => c is > ' ' and < '\u007f'))
        {
            throw new ArgumentException("An API key is made of visible ASCII characters without blanks.", nameof(key));
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }
}
