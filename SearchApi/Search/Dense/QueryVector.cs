using EmbedPlatform.Client.Embedding;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Ingestion;

namespace EmbedPlatform.SearchApi.Search.Dense;

/// <summary>A query's embedding.</summary>
/// <param name="Vector">The vector, as long as the space's dimension.</param>
/// <param name="Truncated">Whether the query has more tokens than the model reads.</param>
/// <param name="Cached">Whether it came from the cache.</param>
internal sealed record QueryVector(float[] Vector, bool Truncated, bool Cached);

/// <summary>Embeds queries.</summary>
internal interface IQueryEmbedder
{
    /// <summary>The embedding of a query for a space.</summary>
    /// <exception cref="Client.PlatformException">EmbedService refuses or does not answer.</exception>
    /// <exception cref="ModelMismatchException">EmbedService runs another model than the space.</exception>
    Task<QueryVector> EmbedAsync(EmbeddingSpace space, string query, CancellationToken cancellationToken);
}

/// <summary>Embeds queries through EmbedService.</summary>
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
