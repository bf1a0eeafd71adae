using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EmbedPlatform.AppHost.Operations;

/// <summary>The resource commands' operations, over SearchApi's routes.</summary>
/// <param name="http">A client of SearchApi.</param>
internal sealed class SearchOperations(HttpClient http)
{
    private static readonly TimeSpan EmbeddingTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Indexes pages and waits until they are embedded.</summary>
    /// <exception cref="HttpRequestException">SearchApi refuses; the message holds its response.</exception>
    /// <exception cref="TimeoutException">They are not embedded within five minutes.</exception>
    public async Task IndexAsync(IReadOnlyList<DemoPage> pages, CancellationToken cancellationToken)
    {
        var collection = $"api/v1/collections/{DemoPages.Collection}";
        await SendAsync(HttpMethod.Put, collection, new { chunk_by = "heading" }, cancellationToken);
        await SendAsync(
            HttpMethod.Post,
            $"{collection}/documents",
            new
            {
                documents = pages.Select(page => new
                {
                    id = page.Id,
                    title = page.Title,
                    text = page.Text,
                }),
            },
            cancellationToken
        );
        for (var left = EmbeddingTimeout; left > TimeSpan.Zero; left -= Pause)
        {
            if ((long)(await SendAsync(HttpMethod.Get, collection, null, cancellationToken))["pending"]! == 0)
            {
                return;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new TimeoutException($"the demo's pages were not embedded within {EmbeddingTimeout.TotalMinutes} minutes");
    }

    /// <summary>Empties the caches in Redis.</summary>
    /// <exception cref="HttpRequestException">SearchApi refuses; the message holds its response.</exception>
    public Task FlushCachesAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, "api/v1/caches", null, cancellationToken);

    /// <summary>Queues every document of every collection.</summary>
    /// <exception cref="HttpRequestException">SearchApi refuses; the message holds its response.</exception>
    public async Task ReembedAsync(CancellationToken cancellationToken)
    {
        var list = await SendAsync(HttpMethod.Get, "api/v1/collections", null, cancellationToken);
        foreach (var collection in list["collections"]!.AsArray())
        {
            await SendAsync(
                HttpMethod.Post,
                $"api/v1/collections/{Uri.EscapeDataString((string)collection!["name"]!)}/reembed",
                null,
                cancellationToken
            );
        }
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        using var answer = await http.SendAsync(request, cancellationToken);
        var content = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(content)!
            : throw new HttpRequestException(
                $"SearchApi responded with {(int)answer.StatusCode} to {method} /{path}: {content}",
                null,
                answer.StatusCode
            );
    }
}
