using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Models;

/// <summary>A model and what it was made from, the nearest first: their fusion weights hold for it.</summary>
/// <param name="Id">The model's id.</param>
/// <param name="MadeFrom">The ids of its origins.</param>
internal sealed record ModelLineage(string Id, IReadOnlyList<string> MadeFrom)
{
    /// <summary>The model and its origins.</summary>
    public IEnumerable<string> Names => MadeFrom.Prepend(Id);
}

/// <summary>What the model services serve, and what they know of fusing it: their <c>/info</c>, kept for a while.</summary>
internal sealed class ModelInfoProvider(IServiceProvider services, TimeProvider clock)
{
    private readonly StaleWhileRevalidate<EmbedInfo> _embedders = new(
        token => services.GetRequiredService<IEmbedClient>().GetInfoAsync(token),
        clock
    );
    private readonly StaleWhileRevalidate<RerankInfo> _rerankers = new(
        token => services.GetRequiredService<IRerankClient>().GetInfoAsync(token),
        clock
    );

    /// <summary>An embedding model with its origins, as far as EmbedService says them.</summary>
    public async Task<ModelLineage> EmbedderAsync(string id, CancellationToken cancellationToken)
    {
        var found = Find(id, await _embedders.GetAsync(cancellationToken)) ?? Find(id, await _embedders.RefreshAsync(cancellationToken));
        return found ?? new ModelLineage(id, []);
    }

    /// <summary>The reranker of requests that name none; null where RerankService does not say.</summary>
    public async Task<ModelLineage?> RerankerAsync(CancellationToken cancellationToken) =>
        await _rerankers.GetAsync(cancellationToken) is { } info ? new ModelLineage(info.Model, info.MadeFrom ?? []) : null;

    /// <summary>The reranker that an answer came from. Where it is not the one that was served last, RerankService is asked anew.</summary>
    public async Task<ModelLineage> RerankerAsync(string id, CancellationToken cancellationToken)
    {
        var known = _rerankers.Value;
        var found = Same(known?.Model, id) ? Find(id, known) : Find(id, await _rerankers.RefreshAsync(cancellationToken));
        return found ?? new ModelLineage(id, []);
    }

    /// <summary>
    /// What is known of a pair. Of one that was not measured together, the weights of words and meaning are those of the embedding model,
    /// and the reranker's is
    /// its own beside any; null where nothing is known of either.
    /// </summary>
    /// <param name="embedder">The embedding model.</param>
    /// <param name="reranker">The reranker; null for the embedding model without one.</param>
    public FusionAdvice? Find(ModelLineage embedder, ModelLineage? reranker)
    {
        var alone = Find(embedder.Names, [null]);
        return reranker is null ? alone
            : Find(embedder.Names, reranker.Names) is { } measured ? measured
            : Find([null], reranker.Names) is { } beside ? Combine(alone, beside)
            : alone;
    }

    private static FusionAdvice Combine(FusionAdvice? alone, FusionAdvice beside) =>
        (alone ?? new FusionAdvice()) with
        {
            Reranker = beside.Reranker,
            Rerank = beside.Rerank,
            RerankDepth = beside.RerankDepth,
            RerankGain = null,
            Measured = null,
            Note = null,
        };

    private FusionAdvice? Find(IEnumerable<string?> embedders, IEnumerable<string?> rerankers)
    {
        var known = (_embedders.Value?.Fusion ?? []).Concat(_rerankers.Value?.Fusion ?? []).ToList();
        return embedders
            .SelectMany(embedder =>
                rerankers.Select(reranker =>
                    known.FirstOrDefault(advice => Same(advice.Embedder, embedder) && Same(advice.Reranker, reranker))
                )
            )
            .FirstOrDefault(advice => advice is not null);
    }

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static ModelLineage? Find(string id, EmbedInfo? info) =>
        info is null ? null
        : Same(info.Model, id) ? new ModelLineage(id, info.MadeFrom ?? [])
        : Named(id, info.Models);

    private static ModelLineage? Find(string id, RerankInfo? info) =>
        info is null ? null
        : Same(info.Model, id) ? new ModelLineage(id, info.MadeFrom ?? [])
        : Named(id, info.Models);

    private static ModelLineage? Named(string id, IReadOnlyList<ServedModelInfo>? models) =>
        models?.FirstOrDefault(model => Same(model.Id, id)) is { } served ? new ModelLineage(id, served.MadeFrom ?? []) : null;
}
