using System.Net.Http.Headers;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Http;

/// <summary>Calls <c>POST /v1/embeddings</c> and reads the whole response without parsing it, which would be the client's cost.</summary>
internal static class OpenAi
{
    private const string Path = "v1/embeddings";

    /// <exception cref="CommandException">The response is not a success.</exception>
    public static async Task PostAsync(HttpClient http, string[] texts, string encoding = "float")
    {
        using var response = await http.SendAsync(Request(texts, encoding));
        var body = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new CommandException(
                $"{http.BaseAddress} answered {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}"
            );
        }
    }

    /// <inheritdoc cref="PostAsync"/>
    public static void Post(LeanClient http, string text) => http.Post($"/{Path}", Body([text], "float"));

    private static byte[] Body(string[] texts, string encoding) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                input = texts,
                model = "default",
                encoding_format = encoding,
            }
        );

    public static HttpRequestMessage Request(string[] texts, string encoding, int? timeoutMs = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(Body(texts, encoding)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (timeoutMs is { } timeout)
        {
            request.Headers.Add("X-Request-Timeout-Ms", $"{timeout}");
        }

        return request;
    }
}
