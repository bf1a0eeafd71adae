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
        var query = await lexical.PrepareAsync(request.Collection, request.Plan.Syntax, cancellationToken);
        var found = await FindAsync(request, query, request.Plan.Depth, cancellationToken);
        return found with { Time = Stopwatch.GetElapsedTime(start).TotalMilliseconds };
    }

    /// <summary>Finds the best documents of a prepared query.</summary>
    public async Task<LexicalResult> FindAsync(LegRequest request, LexicalQuery query, int depth, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var hits = await lexical.TopAsync(request.Collection, query, depth, await request.Scope, cancellationToken);
        return new LexicalResult(this, request, query)
        {
            Hits = request.Plan.LegThreshold is { } least ? [.. hits.TakeWhile(hit => hit.Score >= least)] : hits,
            IsComplete = hits.Count < depth,
            Time = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            Degraded =
            [
                .. request.Collection.AnalyzerVersion < TextAnalyzer.Version
                    ? ["lexical search can miss documents: their words are being indexed again after an upgrade"]
                    : Array.Empty<string>(),
                .. query.Typed.IsOutdated
                    ? ["mistyped words were compared with the words of before the last write"]
                    : Array.Empty<string>(),
            ],
        };
    }

    /// <summary>Scores given documents.</summary>
    public Task<IReadOnlyList<LegHit>> ScoreAsync(
        LegRequest request,
        LexicalQuery query,
        long[] documents,
        CancellationToken cancellationToken
    ) => lexical.ScoreAsync(request.Collection, query, documents, cancellationToken);

    /// <summary>A SELECT of all matched documents.</summary>
    public string Matching(LegRequest request, LexicalQuery query, SqlParameters parameters) =>
        lexical.Matching(request.Collection, query, request.Plan.LegThreshold, parameters);
}

/// <summary>The result of the lexical leg.</summary>
internal sealed record LexicalResult(LexicalLeg Search, LegRequest Request, LexicalQuery Query) : LegResult(SearchLeg.Lexical)
{
    /// <inheritdoc/>
    public override double? ScoreOfNoMatch => Query.Terms.Length > 0 ? 0 : null;

    /// <inheritdoc/>
    public override double Relevance(double score) => Query.FullScore > 0 ? Math.Min(1, score / Query.FullScore) : 0;

    /// <inheritdoc/>
    public override async Task<LegResult> DeepenAsync(int depth, CancellationToken cancellationToken)
    {
        var deeper = await Search.FindAsync(Request, Query, depth, cancellationToken);
        return deeper with { Time = Time + deeper.Time };
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<LegHit>> ScoreAsync(long[] documents, CancellationToken cancellationToken) =>
        Search.ScoreAsync(Request, Query, documents, cancellationToken);

    /// <inheritdoc/>
    public override string? MatchingSql(SqlParameters parameters) =>
        Query.Terms.Length > 0 ? Search.Matching(Request, Query, parameters) : null;
}
