using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Models;

/// <summary>A model and the models it was derived from, whose fusion weights apply to it too.</summary>
/// <param name="MadeFrom">The ids of its origins, nearest first.</param>
internal sealed record ModelLineage(string Id, IReadOnlyList<string> MadeFrom)
{
    /// <summary>The model followed by its origins.</summary>
    public IEnumerable<string> Names => MadeFrom.Prepend(Id);
}

/// <summary>The served models and their fusion weights, from the cached <c>/info</c> of the model services.</summary>
/// <param name="maxWait">The maximum wait of a search for a service that has not reported its models yet.</param>
internal sealed class ModelInfoProvider(IServiceProvider services, TimeProvider clock, TimeSpan maxWait)
{
    private readonly StaleWhileRevalidate<EmbedInfo> _embedders = new(
        token => services.GetRequiredService<IEmbedClient>().GetInfoAsync(token),
        clock,
        maxWait
    );
    private readonly StaleWhileRevalidate<RerankInfo> _rerankers = new(
        token => services.GetRequiredService<IRerankClient>().GetInfoAsync(token),
        clock,
        maxWait
    );

    /// <summary>Whether EmbedService has reported its models.</summary>
    public bool KnowsEmbedders => _embedders.Value is not null;

    /// <summary>An embedding model with its origins, as far as EmbedService reports them.</summary>
    public async Task<ModelLineage> EmbedderAsync(string id, CancellationToken cancellationToken)
    {
        var found = Find(id, await _embedders.GetAsync(cancellationToken)) ?? Find(id, await _embedders.RefreshAsync(cancellationToken));
        return found ?? new ModelLineage(id, []);
    }

    /// <summary>The default reranker; null if RerankService does not report it.</summary>
    public async Task<ModelLineage?> RerankerAsync(CancellationToken cancellationToken) =>
        await _rerankers.GetAsync(cancellationToken) is { } info ? new ModelLineage(info.Model, info.MadeFrom ?? []) : null;

    /// <summary>
    /// The reranker that produced a response. If the cached one differs, RerankService's <c>/info</c> is fetched again.
    /// </summary>
    public async Task<ModelLineage> RerankerAsync(string id, CancellationToken cancellationToken)
    {
        var known = _rerankers.Value;
        var found = Same(known?.Model, id) ? Find(id, known) : Find(id, await _rerankers.RefreshAsync(cancellationToken));
        return found ?? new ModelLineage(id, []);
    }

    /// <summary>
    /// The fusion weights of a pair. A pair that was not measured together combines the embedding model's own lexical and dense weights
    /// with the reranker's weight for any embedding model; null if neither is known.
    /// </summary>
    /// <param name="reranker">The reranker; null for the embedding model alone.</param>
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
