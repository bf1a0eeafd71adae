using EmbedPlatform.Client.Embedding;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Ingestion;

namespace EmbedPlatform.SearchApi.Search.Dense;

/// <summary>A query's embedding.</summary>
/// <param name="Truncated">Whether the query exceeds the model's token limit.</param>
/// <param name="Cached">Whether it came from the cache.</param>
internal sealed record QueryVector(float[] Vector, bool Truncated, bool Cached);

internal interface IQueryEmbedder
{
    /// <exception cref="Client.PlatformException">EmbedService refused or did not respond.</exception>
    /// <exception cref="ModelMismatchException">EmbedService runs a different model than the space's.</exception>
    Task<QueryVector> EmbedAsync(EmbeddingSpace space, string query, CancellationToken cancellationToken);
}

internal sealed class QueryEmbedder(IEmbedClient client) : IQueryEmbedder
{
    /// <inheritdoc/>
    public async Task<QueryVector> EmbedAsync(EmbeddingSpace space, string query, CancellationToken cancellationToken)
    {
        var answer = await client.EmbedAsync(new EmbedRequest([query], "query") { Model = space.Model }, cancellationToken);
        ModelMismatchException.Check(space, answer, 1);
        return new QueryVector(answer.Embeddings[0], answer.Inputs[0].Truncated, Cached: false);
    }
}
