using System.Net.Http.Headers;
using System.Text.Json;

namespace EmbedPlatform.Bench.Http;

/// <summary>Calls <c>POST /v1/embeddings</c> and reads the answer to its end, without parsing it: the client's own cost is not what is measured.</summary>
internal static class OpenAi
{
    /// <exception cref="UsageException">The answer is no success.</exception>
    public static async Task PostAsync(HttpClient http, string[] texts, string encoding = "float")
    {
        using var response = await http.SendAsync(Request(texts, encoding));
        var body = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new UsageException($"{http.BaseAddress} answered {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
        }
    }

    public static HttpRequestMessage Request(string[] texts, string encoding, int? timeoutMs = null)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { input = texts, model = "default", encoding_format = encoding });
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/embeddings") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (timeoutMs is { } timeout)
        {
            request.Headers.Add("X-Request-Timeout-Ms", $"{timeout}");
        }

        return request;
    }
}
