using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Storage;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>Retrieves documents by BM25.</summary>
internal sealed class LexicalLeg(LexicalSearch lexical) : ISearchLeg
{
    /// <inheritdoc/>
    public SearchMode Mode => SearchMode.Lexical;

    /// <inheritdoc/>
    public async Task<LegResult> SearchAsync(LegRequest request, CancellationToken cancellationToken)
    {
        using var span = SearchTelemetry.Source.StartActivity("search.lexical");
        var start = Stopwatch.GetTimestamp();
        var (collection, plan) = (request.Collection, request.Plan);
        var query = await lexical.PrepareAsync(collection, plan.Syntax, cancellationToken);
        var hits = await lexical.TopAsync(collection, query, plan.LegDepth, await request.Scope, cancellationToken);
        // In a hybrid search the threshold is a cosine similarity.
        var threshold = plan.Mode == SearchMode.Lexical ? plan.Threshold : null;
        return new LexicalResult(lexical, request, query, threshold)
        {
            Hits = threshold is { } least ? [.. hits.TakeWhile(hit => hit.Score >= least)] : hits,
            Time = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            Degraded =
            [
                .. collection.AnalyzerVersion < TextAnalyzer.Version
                    ? ["lexical search can miss documents: their words are being indexed again after an upgrade"]
                    : Array.Empty<string>(),
                .. query.Typed.IsOutdated
                    ? ["mistyped words were compared with the words of before the last write"]
                    : Array.Empty<string>(),
            ],
        };
    }
}

/// <summary>The result of the lexical leg.</summary>
internal sealed record LexicalResult(LexicalSearch Search, LegRequest Request, LexicalQuery Query, double? Threshold)
    : LegResult(SearchLeg.Lexical)
{
    /// <inheritdoc/>
    public override double? ScoreOfNoMatch => Query.Terms.Length > 0 ? 0 : null;

    /// <inheritdoc/>
    public override Task<IReadOnlyList<LegHit>> ScoreAsync(long[] documents, CancellationToken cancellationToken) =>
        Search.ScoreAsync(Request.Collection, Query, documents, cancellationToken);

    /// <inheritdoc/>
    public override string? MatchingSql(SqlParameters parameters) =>
        Query.Terms.Length > 0 ? Search.Matching(Request.Collection, Query, Threshold, parameters) : null;
}
