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
                    Degraded = [$"dense search was skipped: {reason}"],
                    EmbedTime = Milliseconds(start),
                };
        }

        return await FindAsync(request, vector, Milliseconds(start), shallow: IsShallow(request.Plan), cancellationToken);
    }

    /// <summary>Finds the documents nearest to a vector.</summary>
    public async Task<DenseResult> FindAsync(
        LegRequest request,
        QueryVector vector,
        double embedTime,
        bool shallow,
        CancellationToken cancellationToken
    )
    {
        var start = Stopwatch.GetTimestamp();
        var plan = request.Plan;
        var hits = await dense.TopAsync(
            request.Collection,
            vector.Vector,
            plan.LegDepth,
            Width(plan),
            await request.Scope,
            cancellationToken,
            minDocuments: shallow ? 1 : null,
            pageSize: plan is { Mode: SearchMode.Dense, Pages: false } ? plan.Limit : null
        );
        return new DenseResult(this, request, vector)
        {
            Hits = plan.Threshold is { } threshold ? [.. hits.Where(hit => hit.Score >= threshold)] : hits,
            Degraded = vector.Truncated ? ["dense search used only the beginning of the query, which exceeds the model's token limit"] : [],
            EmbedTime = embedTime,
            Shallow = shallow,
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

    // Independent of the offset: with the same width, every depth returns the same documents in the same order.
    private int Width(SearchPlan plan) =>
        plan.Mode == SearchMode.Dense
            ? Math.Max(options.Value.DenseEfSearch, plan.Pages ? plan.LegDepth : plan.Limit)
            : Math.Max(options.Value.EfSearch, plan.LegDepth);

    // In hybrid mode the nearest chunks suffice, even of few documents: further documents would rank low in both legs.
    private static bool IsShallow(SearchPlan plan) => plan is { Mode: SearchMode.Hybrid, Pages: false };

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

    /// <summary>Whether the search stopped at the nearest chunks.</summary>
    public bool Shallow { get; init; }

    /// <inheritdoc/>
    public override async Task<LegResult> DeepenAsync(CancellationToken cancellationToken) =>
        Shallow && Query is not null ? await Search.FindAsync(Request, Query, EmbedTime, shallow: false, cancellationToken) : this;

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
        var near = Request.Plan.Threshold is { } threshold
            ? $" WHERE {DenseSearch.Similarity(space, parameters.Add(Query.Vector))} >= {parameters.Add(threshold)}"
            : string.Empty;
        return $"SELECT DISTINCT e.document_id FROM {space.Table} e{near}";
    }
}
