using EmbedPlatform.Client.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.Client.Embedding;

/// <summary>EmbedService over HTTP.</summary>
public sealed class EmbedClient : IEmbedClient
{
    private readonly PlatformChannel _channel;

    /// <summary>A client over an <see cref="HttpClient"/> whose base address is the service's; it stays the caller's to dispose of.</summary>
    [ActivatorUtilitiesConstructor]
    public EmbedClient(HttpClient http) => _channel = new PlatformChannel(http, "EmbedService");

    /// <summary>A client with connections of its own, for programs without dependency injection.</summary>
    public EmbedClient(Uri baseAddress, string? apiKey = null)
        : this(PlatformChannel.HttpFor(baseAddress, apiKey))
    {
    }

    /// <inheritdoc/>
    public async Task<EmbedResponse> EmbedAsync(EmbedRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var response = await _channel.SendAsync(
            HttpMethod.Post, "embed", request, WireJson.Default.EmbedRequest, WireJson.Default.EmbedResponse, cancellationToken)
            .ConfigureAwait(false);
        if (response.Embeddings is not { } embeddings || embeddings.Count != request.Texts.Count)
        {
            throw new PlatformException(
                $"EmbedService answered {response.Embeddings?.Count ?? 0} embeddings for {request.Texts.Count} texts.", System.Net.HttpStatusCode.OK);
        }

        return response;
    }

    /// <inheritdoc/>
    public Task<EmbedInfo> GetInfoAsync(CancellationToken cancellationToken = default) =>
        _channel.GetAsync("info", WireJson.Default.EmbedInfo, cancellationToken);
}
