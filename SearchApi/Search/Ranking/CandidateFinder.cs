using System.Diagnostics;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Ingestion;
using EmbedPlatform.SearchApi.Search.Dense;
using EmbedPlatform.SearchApi.Search.Lexical;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>What the legs found.</summary>
/// <param name="Pool">The candidates.</param>
/// <param name="Lexical">The query's words, where they were searched.</param>
/// <param name="Vector">The query's vector, where it was searched.</param>
/// <param name="Scope">Which documents were looked at.</param>
internal sealed record RetrievalResult(IReadOnlyCollection<Candidate> Pool, LexicalQuery? Lexical, float[]? Vector, SearchScope Scope)
{
    /// <summary>What was left out, in words.</summary>
    public required IReadOnlyList<string> Degraded { get; init; }

    /// <summary>Milliseconds of the legs.</summary>
    public required (double Embed, bool Cached, double Lexical, double Dense) Timings { get; init; }
}

/// <summary>Runs the legs side by side, and scores what one of them found with the other as well.</summary>
internal sealed class CandidateFinder(
    LexicalSearch lexical,
    DenseSearch dense,
    ScopeResolver scopes,
    IQueryEmbedder embedder,
    IOptions<SearchOptions> options
)
{
    /// <summary>Finds the pool of candidates.</summary>
    /// <exception cref="ApiException">503 where only vectors are asked for and the query cannot be embedded.</exception>
    public async Task<RetrievalResult> FindAsync(CollectionRow collection, SearchPlan plan, CancellationToken cancellationToken)
    {
        var scope = scopes.ResolveAsync(collection, plan.Filter, plan.Exact, cancellationToken);
        var words =
            plan.Mode == SearchMode.Dense ? Task.FromResult(LexicalLeg.None) : FindWordsAsync(collection, plan, scope, cancellationToken);
        var vectors =
            plan.Mode == SearchMode.Lexical ? Task.FromResult(DenseLeg.None) : FindVectorsAsync(collection, plan, scope, cancellationToken);
        await Task.WhenAll(words, vectors);
        var (byWords, byVectors) = (await words, await vectors);
        var pool = Union(byWords, byVectors);
        // Whatever the offset: all pages must come from one pool.
        if (plan.Fill && pool.Count < plan.Limit && IsShallow(plan) && byVectors.Vector is not null)
        {
            byVectors = (await FindVectorsAsync(collection, plan with { Pages = true }, scope, cancellationToken)) with
            {
                Vector = byVectors.Vector,
                EmbedTime = byVectors.EmbedTime,
            };
            pool = Union(byWords, byVectors);
        }

        await CompleteAsync(collection, pool, byWords, byVectors, cancellationToken);
        return new RetrievalResult(pool.Values, byWords.Query, byVectors.Vector?.Vector, await scope)
        {
            Degraded = byVectors.Degraded,
            Timings = (byVectors.EmbedTime, byVectors.Vector?.Cached ?? false, byWords.Time, byVectors.Time),
        };
    }

    private static Dictionary<long, Candidate> Union(LexicalLeg words, DenseLeg vectors)
    {
        var pool = new Dictionary<long, Candidate>();
        for (var i = 0; i < words.Hits.Count; i++)
        {
            var candidate = Of(words.Hits[i].DocumentId);
            (candidate.Lexical.Rank, candidate.Lexical.Score) = (i + 1, words.Hits[i].Score);
        }

        for (var i = 0; i < vectors.Hits.Count; i++)
        {
            var candidate = Of(vectors.Hits[i].DocumentId);
            (candidate.Dense.Rank, candidate.Dense.Score, candidate.ChunkId) = (i + 1, vectors.Hits[i].Score, vectors.Hits[i].ChunkId);
        }

        return pool;

        Candidate Of(long document) => pool.TryGetValue(document, out var known) ? known : pool[document] = new Candidate(document);
    }

    /// <summary>Gives every candidate the scores of the leg that did not find it.</summary>
    private async Task CompleteAsync(
        CollectionRow collection,
        Dictionary<long, Candidate> pool,
        LexicalLeg words,
        DenseLeg vectors,
        CancellationToken cancellationToken
    )
    {
        var unread = words.Query is { Terms.Length: > 0 } ? pool.Values.Where(candidate => candidate.Lexical.Score is null).ToList() : [];
        var unseen = vectors.Vector is not null ? pool.Values.Where(candidate => candidate.Dense.Score is null).ToList() : [];
        var byWords =
            unread.Count == 0
                ? Task.FromResult<IReadOnlyList<LegHit>>([])
                : lexical.ScoreAsync(collection, words.Query!, Ids(unread), cancellationToken);
        var byVectors =
            unseen.Count == 0
                ? Task.FromResult<IReadOnlyList<DenseHit>>([])
                : dense.ScoreAsync(collection.Space, vectors.Vector!.Vector, Ids(unseen), cancellationToken);
        await Task.WhenAll(byWords, byVectors);
        unread.ForEach(candidate => candidate.Lexical.Score = 0);
        foreach (var hit in await byWords)
        {
            pool[hit.DocumentId].Lexical.Score = hit.Score;
        }

        foreach (var hit in await byVectors)
        {
            (pool[hit.DocumentId].Dense.Score, pool[hit.DocumentId].ChunkId) = (hit.Score, hit.ChunkId);
        }
    }

    private static long[] Ids(List<Candidate> candidates) => [.. candidates.Select(candidate => candidate.DocumentId)];

    private async Task<LexicalLeg> FindWordsAsync(
        CollectionRow collection,
        SearchPlan plan,
        Task<SearchScope> scope,
        CancellationToken cancellationToken
    )
    {
        using var span = SearchTelemetry.Source.StartActivity("search.lexical");
        var start = Stopwatch.GetTimestamp();
        var query = await lexical.PrepareAsync(collection, plan.Marks, cancellationToken);
        var hits = await lexical.TopAsync(collection, query, plan.LegDepth, await scope, cancellationToken);
        // In a hybrid search the threshold is one of similarity.
        var enough = plan is { Mode: SearchMode.Lexical, Threshold: { } threshold }
            ? [.. hits.TakeWhile(hit => hit.Score >= threshold)]
            : hits;
        return new LexicalLeg(query, enough, Milliseconds(start));
    }

    private async Task<DenseLeg> FindVectorsAsync(
        CollectionRow collection,
        SearchPlan plan,
        Task<SearchScope> scope,
        CancellationToken cancellationToken
    )
    {
        using var span = SearchTelemetry.Source.StartActivity("search.dense");
        var start = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Value.EmbedTimeout);
        QueryVector vector;
        try
        {
            vector = await embedder.EmbedAsync(collection.Space, plan.Marks.Text, patience.Token);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && IsAbsence(failure))
        {
            var reason = failure is OperationCanceledException ? "EmbedService did not answer in time" : failure.Message;
            return plan.Mode == SearchMode.Dense
                ? throw ApiException.Unavailable($"The query cannot be embedded: {reason}", (failure as PlatformException)?.RetryAfter)
                : DenseLeg.None with
                {
                    Degraded = [$"dense search was left out: {reason}"],
                    EmbedTime = Milliseconds(start),
                };
        }

        var embedded = Milliseconds(start);
        var search = Stopwatch.GetTimestamp();
        var hits = await dense.TopAsync(
            collection.Space,
            vector.Vector,
            plan.LegDepth,
            Width(plan),
            await scope,
            cancellationToken,
            enough: IsShallow(plan) ? 1 : null,
            page: plan is { Mode: SearchMode.Dense, Pages: false } ? plan.Limit : null
        );
        hits = plan.Threshold is { } threshold ? [.. hits.Where(hit => hit.Score >= threshold)] : hits;
        IReadOnlyList<string> said = vector.Truncated
            ? ["dense search read only the beginning of the query, which is longer than the model's limit"]
            : [];
        return new DenseLeg(vector, hits, said, embedded, Milliseconds(search));
    }

    // Not by the offset: an index that is walked as wide finds the same documents in the same order, however far it is walked.
    private int Width(SearchPlan plan) =>
        plan.Mode == SearchMode.Dense
            ? Math.Max(options.Value.DenseEfSearch, plan.Pages ? plan.LegDepth : plan.Limit)
            : Math.Max(options.Value.EfSearch, plan.LegDepth);

    // Beside words the nearest chunks do, of however many documents they are: more of them would be candidates that neither leg thinks much of.
    private static bool IsShallow(SearchPlan plan) => plan is { Mode: SearchMode.Hybrid, Pages: false };

    private static bool IsAbsence(Exception failure) =>
        failure is PlatformException or ModelMismatchException or HttpRequestException or TimeoutException or OperationCanceledException;

    private static double Milliseconds(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;

    private sealed record LexicalLeg(LexicalQuery? Query, IReadOnlyList<LegHit> Hits, double Time)
    {
        public static readonly LexicalLeg None = new(null, [], 0);
    }

    private sealed record DenseLeg(
        QueryVector? Vector,
        IReadOnlyList<DenseHit> Hits,
        IReadOnlyList<string> Degraded,
        double EmbedTime,
        double Time
    )
    {
        public static readonly DenseLeg None = new(null, [], [], 0, 0);
    }
}
