using EmbedPlatform.Client.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.Client.Reranking;

/// <summary>Calls RerankService over HTTP.</summary>
public sealed class RerankClient : IRerankClient
{
    private readonly PlatformChannel _channel;

    /// <summary>Uses an <see cref="HttpClient"/> whose base address is the service's. The caller disposes of it.</summary>
    [ActivatorUtilitiesConstructor]
    public RerankClient(HttpClient http) => _channel = new PlatformChannel(http, "RerankService", repeatable: true);

    /// <summary>Opens its own connections, for programs without dependency injection.</summary>
    public RerankClient(Uri baseAddress, string? apiKey = null)
        : this(PlatformChannel.HttpFor(baseAddress, apiKey)) { }

    /// <inheritdoc/>
    public async Task<RerankResponse> RerankAsync(RerankRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var response = await _channel
            .SendAsync(
                HttpMethod.Post,
                "rerank",
                request,
                RerankingJson.Default.RerankRequest,
                RerankingJson.Default.RerankResponse,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (response.Results is not { } results || results.Any(result => result.Index < 0 || result.Index >= request.Documents.Count))
        {
            throw new PlatformException("RerankService returned results that do not match the documents.", System.Net.HttpStatusCode.OK);
        }

        return response;
    }

    /// <inheritdoc/>
    public Task<RerankInfo> GetInfoAsync(CancellationToken cancellationToken = default) =>
        _channel.GetAsync("info", RerankingJson.Default.RerankInfo, cancellationToken);
}
