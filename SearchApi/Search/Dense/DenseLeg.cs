using System.Diagnostics;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Ingestion;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Dense;

/// <summary>Retrieves documents by the cosine similarity of their chunks to the query.</summary>
internal sealed class DenseLeg(DenseSearch dense, IQueryEmbedder embedder, IOptions<SearchOptions> options) : ISearchLeg
{
    /// <inheritdoc/>
    public SearchMode Mode => SearchMode.Dense;

    /// <inheritdoc/>
    public async Task<LegResult> SearchAsync(LegRequest request, CancellationToken cancellationToken)
    {
        using var span = SearchTelemetry.Source.StartActivity("search.dense");
        var start = Stopwatch.GetTimestamp();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Value.EmbedTimeout);
        QueryVector vector;
        try
        {
            vector = await embedder.EmbedAsync(request.Collection.Space, request.Plan.Syntax.Text, timeout.Token);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && IsUnavailable(failure))
        {
            var reason = failure is OperationCanceledException ? "EmbedService did not respond in time" : failure.Message;
            return request.Plan.Mode == SearchMode.Dense
                ? throw ApiException.Unavailable($"The query cannot be embedded: {reason}", (failure as PlatformException)?.RetryAfter)
                : new DenseResult(this, request, null)
                {
                    Hits = [],
                    IsComplete = true,
                    Degraded = [$"dense search was skipped: {reason}"],
                    EmbedTime = Milliseconds(start),
                };
        }

        var embedTime = Milliseconds(start);
        // In hybrid mode the nearest chunks suffice, even of few documents: further documents would rank low in both legs.
        var found = await FindAsync(
            request,
            vector,
            request.Plan.Depth,
            shallow: request.Plan.Mode == SearchMode.Hybrid,
            cancellationToken
        );
        return found with { EmbedTime = embedTime };
    }

    /// <summary>Finds the documents nearest to a vector.</summary>
    public async Task<DenseResult> FindAsync(
        LegRequest request,
        QueryVector vector,
        int depth,
        bool shallow,
        CancellationToken cancellationToken
    )
    {
        var start = Stopwatch.GetTimestamp();
        var plan = request.Plan;
        // Independent of limit and offset: with the same width, every depth returns the same documents in the same order.
        var width = plan.Mode == SearchMode.Dense ? options.Value.DenseEfSearch : Math.Max(options.Value.EfSearch, depth);
        var near = await dense.TopAsync(request.Collection, vector.Vector, depth, width, await request.Scope, shallow, cancellationToken);
        return new DenseResult(this, request, vector)
        {
            Hits = plan.LegThreshold is { } threshold ? [.. near.Hits.Where(hit => hit.Score >= threshold)] : near.Hits,
            IsComplete = near.IsComplete,
            Degraded = vector.Truncated ? ["dense search used only the beginning of the query, which exceeds the model's token limit"] : [],
            Time = Milliseconds(start),
        };
    }

    /// <summary>Scores given documents against a vector.</summary>
    public Task<IReadOnlyList<LegHit>> ScoreAsync(
        LegRequest request,
        QueryVector vector,
        long[] documents,
        CancellationToken cancellationToken
    ) => dense.ScoreAsync(request.Collection, vector.Vector, documents, cancellationToken);

    private static bool IsUnavailable(Exception failure) =>
        failure is PlatformException or ModelMismatchException or HttpRequestException or TimeoutException or OperationCanceledException;

    private static double Milliseconds(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}

/// <summary>The result of the dense leg.</summary>
/// <param name="Query">The query's vector; null if it could not be embedded.</param>
internal sealed record DenseResult(DenseLeg Search, LegRequest Request, QueryVector? Query) : LegResult(SearchLeg.Dense)
{
    /// <summary>The time of embedding the query, in milliseconds.</summary>
    public double EmbedTime { get; init; }

    /// <inheritdoc/>
    public override double Relevance(double score) => Math.Clamp(score, 0, 1);

    /// <inheritdoc/>
    public override async Task<LegResult> DeepenAsync(int depth, CancellationToken cancellationToken)
    {
        if (Query is null)
        {
            return this;
        }

        var deeper = await Search.FindAsync(Request, Query, depth, shallow: false, cancellationToken);
        return deeper with { EmbedTime = EmbedTime, Time = Time + deeper.Time };
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<LegHit>> ScoreAsync(long[] documents, CancellationToken cancellationToken) =>
        Query is null ? [] : await Search.ScoreAsync(Request, Query, documents, cancellationToken);

    /// <inheritdoc/>
    public override string? MatchingSql(SqlParameters parameters)
    {
        if (Query is null)
        {
            return null;
        }

        var space = Request.Collection.Space;
        var near = Request.Plan.LegThreshold is { } threshold
            ? $" WHERE {DenseSearch.Similarity(space, parameters.Add(Query.Vector))} >= {parameters.Add(threshold)}"
            : string.Empty;
        return $"SELECT DISTINCT e.document_id FROM {space.Table} e{near}";
    }
}
