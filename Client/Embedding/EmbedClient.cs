using System.Buffers.Binary;
using EmbedPlatform.Client.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.Client.Embedding;

/// <summary>Calls EmbedService over HTTP.</summary>
public sealed class EmbedClient : IEmbedClient
{
    private readonly PlatformChannel _channel;

    /// <summary>Uses an <see cref="HttpClient"/> whose base address is the service's. The caller disposes of it.</summary>
    [ActivatorUtilitiesConstructor]
    public EmbedClient(HttpClient http) => _channel = new PlatformChannel(http, "EmbedService", repeatable: true);

    /// <summary>Opens its own connections, for programs without dependency injection.</summary>
    public EmbedClient(Uri baseAddress, string? apiKey = null)
        : this(PlatformChannel.HttpFor(baseAddress, apiKey)) { }

    /// <inheritdoc/>
    public async Task<EmbedResponse> EmbedAsync(EmbedRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var response = await _channel
            .SendAsync(
                HttpMethod.Post,
                "api/v1/embed",
                new EmbedWireRequest(request.Texts, request.Model, request.InputType, request.Priority),
                EmbeddingJson.Default.EmbedWireRequest,
                EmbeddingJson.Default.EmbedWireResponse,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (response is not { Model: { } model, Revision: { } revision, Data: { } data } || data.Count != request.Texts.Count)
        {
            throw new PlatformException(
                $"EmbedService returned {response.Data?.Count ?? 0} embeddings for {request.Texts.Count} texts.",
                System.Net.HttpStatusCode.OK
            );
        }

        return new EmbedResponse(
            model,
            revision,
            response.Dimension,
            [.. data.Select(item => Floats(item.Embedding, response.Dimension))],
            [.. data.Select(item => new InputInfo(item.Tokens, item.Truncated))]
        );
    }

    /// <inheritdoc/>
    public async Task<TokenizeResponse> TokenizeAsync(TokenizeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var response = await _channel
            .SendAsync(
                HttpMethod.Post,
                "api/v1/tokenize",
                new TokenizeWireRequest(request.Texts, request.Model, request.InputType),
                EmbeddingJson.Default.TokenizeWireRequest,
                EmbeddingJson.Default.TokenizeWireResponse,
                cancellationToken
            )
            .ConfigureAwait(false);
        return
            response is { Model: { } model, Revision: { } revision, Data: { } data }
            && data.Count == request.Texts.Count
            && data.All(item => item.Starts is not null)
            ? new TokenizeResponse(model, revision, response.MaxTokens, response.AddedTokens, [.. data.Select(item => item.Starts!)])
            : throw new PlatformException(
                $"EmbedService returned the tokens of {response.Data?.Count ?? 0} texts for {request.Texts.Count}.",
                System.Net.HttpStatusCode.OK
            );
    }

    /// <inheritdoc/>
    public Task<EmbedInfo> GetInfoAsync(CancellationToken cancellationToken = default) =>
        _channel.GetAsync("info", EmbeddingJson.Default.EmbedInfo, cancellationToken);

    private static float[] Floats(byte[]? bytes, int dimension)
    {
        if (bytes is null || bytes.Length != dimension * sizeof(float))
        {
            throw new PlatformException(
                $"EmbedService returned an embedding that does not have {dimension} dimensions.",
                System.Net.HttpStatusCode.OK
            );
        }

        var floats = new float[dimension];
        for (var i = 0; i < floats.Length; i++)
        {
            floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }

        return floats;
    }
}
