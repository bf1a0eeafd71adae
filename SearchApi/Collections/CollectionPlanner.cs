using EmbedPlatform.Client;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Failures;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>Resolves the defaults of a new collection, with the model's limits from EmbedService.</summary>
internal sealed class CollectionPlanner(IEmbedClient embedder)
{
    private const int MinChunkTokens = 16;
    private const int MaxChunkTokens = 8192;
    private const int DefaultChunkTokens = 256;

    // A single vector represents a longer text poorly, even if the model accepts more tokens.
    private const int MaxDefaultChunkTokens = 512;

    /// <exception cref="ApiException">
    /// 400: a setting does not fit the model; 422: the model cannot be indexed; 503: EmbedService is down.
    /// </exception>
    public async Task<NewCollection> PlanAsync(string tenant, string name, CollectionSettings settings, CancellationToken cancellationToken)
    {
        var (space, maxTokens) = await ResolveModelAsync(settings.Model, cancellationToken);
        space = space with
        {
            Type = settings.Index?.Type ?? EmbeddingSpace.HalfVector,
            M = settings.Index?.M ?? 16,
            EfConstruction = settings.Index?.EfConstruction ?? EmbeddingSpace.DefaultEfConstruction,
        };

        // pgvector's limits for HNSW indexes.
        var maxDimension = space.Type == EmbeddingSpace.Vector ? 2000 : 4000;
        if (space.Dimension > maxDimension)
        {
            throw new ApiException(
                StatusCodes.Status422UnprocessableEntity,
                "Vectors of this model cannot be indexed.",
                $"{space.Model} has {space.Dimension} dimensions; pgvector indexes at most {maxDimension} as {space.Type}."
            );
        }

        var tokens = settings.ChunkTokens ?? Math.Min(maxTokens ?? DefaultChunkTokens, MaxDefaultChunkTokens);
        var limit = maxTokens ?? MaxChunkTokens;
        if (tokens < MinChunkTokens || tokens > limit)
        {
            throw ApiException.Invalid("chunk_tokens", $"must be from {MinChunkTokens} to {limit}, the limit of {space.Model}");
        }

        var overlap = settings.ChunkOverlap ?? tokens / 8;
        if (overlap < 0 || overlap > tokens / 2)
        {
            throw ApiException.Invalid("chunk_overlap", $"must be from 0 to {tokens / 2}, half of chunk_tokens");
        }

        var stored = new StoredSettings
        {
            TextTemplate = settings.TextTemplate,
            ChunkBy = settings.ChunkBy,
            FoldAccents = settings.FoldAccents,
            Fields = CollectionFields.Complete(settings.Fields),
            Weights = settings.Weights,
            Fusion = settings.Fusion,
            Rerank = settings.Rerank,
            RerankDepth = settings.RerankDepth,
        };
        return new NewCollection(tenant, name, settings.Language ?? Language.Default, tokens, overlap, stored, space);
    }

    // /info describes only the default model. Any other model is probed by embedding a text, which returns its name, revision and
    // dimension but not its token limit; chunks that exceed it come back as truncated and are halved.
    private async Task<(EmbeddingSpace Space, int? MaxTokens)> ResolveModelAsync(string? model, CancellationToken cancellationToken)
    {
        try
        {
            var info = await embedder.GetInfoAsync(cancellationToken);
            if (model is null || model == info.Model)
            {
                return (new EmbeddingSpace(0, info.Model, info.Revision, info.Dimension), info.MaxTokens);
            }

            var answer = await embedder.EmbedAsync(new EmbedRequest(["probe"], "document") { Model = model }, cancellationToken);
            return answer.Model == model
                ? (new EmbeddingSpace(0, answer.Model, answer.Revision, answer.Dimension), null)
                : throw ApiException.Invalid("model", $"EmbedService serves {answer.Model} under this name; use that name.");
        }
        catch (PlatformException refused)
            when (model is not null
                && !refused.IsTransient
                && refused.Status is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.BadRequest
            )
        {
            throw ApiException.Invalid("model", $"EmbedService does not serve this model: {refused.Message}");
        }
        catch (Exception failure) when (failure is PlatformException or HttpRequestException or TimeoutException)
        {
            throw ApiException.Unavailable(
                $"A new collection needs EmbedService to look up its model, and EmbedService does not respond: {failure.Message}",
                (failure as PlatformException)?.RetryAfter
            );
        }
    }
}
