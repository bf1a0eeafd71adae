using System.Globalization;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Models;
using EmbedPlatform.SearchApi.Search.Legs;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>The fusion and reranking of a search, with every default resolved.</summary>
/// <param name="Fused">The rule without the reranker.</param>
/// <param name="Reranked">The rule with the reranker.</param>
/// <param name="Reranks">Whether to rerank the best candidates.</param>
/// <param name="RerankDepth">The number of candidates to rerank.</param>
internal sealed record FusionDecision(FusionRule Fused, FusionRule Reranked, bool Reranks, int RerankDepth)
{
    /// <summary>The reranker of the second rule; null if it is unknown or not used.</summary>
    public string? Reranker { get; init; }

    /// <summary>The reason for not reranking; null if the search reranks.</summary>
    public string? Reason { get; init; }

    /// <summary>The input that was unavailable for the decision, in words; null if all was available.</summary>
    public string? Missing { get; init; }

    /// <summary>Whether weights are equal only because EmbedService has not reported its models.</summary>
    public bool WeightsUnknown { get; init; }
}

/// <summary>
/// Resolves the leg weights from the request, else the collection, else the options, else the measurements of the pair of models, else
/// equal weights. For <c>auto</c>, also decides whether to rerank: by the collection's settings, else by the pair's measured gain.
/// </summary>
internal sealed class FusionPlanner(ModelInfoProvider models, IOptions<SearchOptions> options)
{
    private const string FromRequest = "the request";
    private const string FromCollection = "the collection";
    private const string FromOptions = "the service's options";

    private const string NoModelReported = "RerankService did not report its model";

    public async Task<SearchPlan> DecideAsync(SearchPlan plan, CollectionRecord collection, CancellationToken cancellationToken)
    {
        if (plan is { Mode: not SearchMode.Hybrid, Rerank: RerankMode.Never })
        {
            return plan;
        }

        var embedder = await models.EmbedderAsync(collection.Space.Model, cancellationToken);
        var reranker = plan.Rerank == RerankMode.Never ? null : await models.RerankerAsync(cancellationToken);
        var pair = models.Find(embedder, reranker);
        var decision = new FusionDecision(
            Fused(plan, collection, embedder),
            Reranked(plan, collection, embedder, reranker, pair),
            plan.Rerank == RerankMode.Always,
            plan.RerankDepth ?? options.Value.RerankDepth ?? pair?.RerankDepth ?? SearchOptions.DefaultRerankDepth
        )
        {
            Reranker = reranker?.Id,
            Reason = plan.Rerank == RerankMode.Never ? "it was not requested" : null,
            WeightsUnknown =
                !models.KnowsEmbedders
                && SearchLegs.Retrieving.Any(leg =>
                    (plan.Weights?[leg] ?? collection.Settings.Weights?[leg] ?? options.Value.Fused?[leg]) is null
                ),
        };
        return plan with
        {
            Fusion = plan.Rerank == RerankMode.Auto ? Weigh(decision, plan, collection, embedder, reranker, pair) : decision,
        };
    }

    /// <summary>The rule for the reranker that actually responded, which may differ from the expected one.</summary>
    public async Task<FusionRule> RerankedAsync(
        SearchPlan plan,
        CollectionRecord collection,
        string model,
        CancellationToken cancellationToken
    )
    {
        if (string.Equals(model, plan.Fusion!.Reranker, StringComparison.OrdinalIgnoreCase))
        {
            return plan.Fusion.Reranked;
        }

        var embedder = await models.EmbedderAsync(collection.Space.Model, cancellationToken);
        var reranker = await models.RerankerAsync(model, cancellationToken);
        return Reranked(plan, collection, embedder, reranker, models.Find(embedder, reranker));
    }

    private static FusionDecision Weigh(
        FusionDecision decision,
        SearchPlan plan,
        CollectionRecord collection,
        ModelLineage embedder,
        ModelLineage? reranker,
        FusionAdvice? pair
    )
    {
        if (collection.Settings.Rerank is RerankMode.Always or RerankMode.Never)
        {
            return collection.Settings.Rerank == RerankMode.Always
                ? decision with
                {
                    Reranks = true,
                }
                : Skip("disabled in the collection's settings");
        }

        if (plan.Mode != SearchMode.Hybrid)
        {
            return Skip("the gain of reranking is measured only for hybrid searches");
        }

        if (reranker is null)
        {
            return Skip(NoModelReported) with { Missing = $"reranking was skipped: {NoModelReported}" };
        }

        return pair?.RerankGain is not { } gain ? Skip($"no gain was measured for reranking {embedder.Id} with {reranker.Id}")
            : gain > 0 ? decision with { Reranks = true }
            : Skip(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"reranking {embedder.Id} with {reranker.Id} changes nDCG@10 by {gain:+0.000;-0.000;0.000} ({pair.Measured})"
                )
            );

        FusionDecision Skip(string reason) => decision with { Reranks = false, Reason = $"auto: {reason}" };
    }

    private FusionRule Fused(SearchPlan plan, CollectionRecord collection, ModelLineage embedder) =>
        Rule(plan, collection.Settings, options.Value.Fused, models.Find(embedder, null), reranks: false, embedder.Id);

    private FusionRule Reranked(
        SearchPlan plan,
        CollectionRecord collection,
        ModelLineage embedder,
        ModelLineage? reranker,
        FusionAdvice? pair
    ) =>
        Rule(
            plan,
            collection.Settings,
            options.Value.Reranked,
            pair,
            reranks: true,
            reranker is null ? embedder.Id : $"{embedder.Id} with {reranker.Id}"
        );

    private FusionRule Rule(SearchPlan plan, StoredSettings own, LegWeights? configured, FusionAdvice? advice, bool reranks, string name)
    {
        var sources = new List<string>();
        var weights = LegWeights.From(leg => leg != SearchLeg.Rerank || reranks ? Choose(leg) : null);
        return new FusionRule(
            plan.Method ?? own.Fusion ?? options.Value.Fusion ?? advice?.Method ?? FusionMode.Score,
            options.Value.RrfConstant,
            weights,
            string.Join(", ", sources.Distinct())
        );

        double Choose(SearchLeg leg)
        {
            var (request, collection, option, model) = (plan.Weights?[leg], own.Weights?[leg], configured?[leg], advice?[leg]);
            sources.Add(
                request is not null ? FromRequest
                : collection is not null ? FromCollection
                : option is not null ? FromOptions
                : model is null ? $"equal weights, because none are known for {name}"
                : advice!.Measured is null ? $"assumed for {name}, not measured"
                : $"measured for {string.Join(" with ", new[] { advice.Embedder, advice.Reranker }.OfType<string>())}"
            );
            return request ?? collection ?? option ?? model ?? 1;
        }
    }
}
