using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Dense;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Search.Lexical;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>The candidates of a search.</summary>
/// <param name="Pool">The candidates, each with its score in every leg.</param>
internal sealed record RetrievalResult(IReadOnlyCollection<Candidate> Pool, IReadOnlyList<LegResult> Legs, SearchScope Scope)
{
    /// <summary>The query's terms, if the lexical leg was searched.</summary>
    public LexicalQuery? Terms => Legs.OfType<LexicalResult>().FirstOrDefault()?.Query;

    /// <summary>The dense leg, if it was searched.</summary>
    public DenseResult? Dense => Legs.OfType<DenseResult>().FirstOrDefault();

    /// <summary>The steps that were skipped, in words.</summary>
    public IReadOnlyList<string> Degraded => [.. Legs.SelectMany(leg => leg.Degraded)];
}

/// <summary>Runs the legs in parallel, pools their documents, and has each leg score the documents that only others retrieved.</summary>
internal sealed class HybridRetriever(IEnumerable<ISearchLeg> legs, ScopeResolver scopes)
{
    /// <exception cref="Failures.ApiException">503: the only leg of the search failed.</exception>
    public async Task<RetrievalResult> RetrieveAsync(CollectionRecord collection, SearchPlan plan, CancellationToken cancellationToken)
    {
        var scope = scopes.ResolveAsync(collection, plan.Filter, plan.Exact, cancellationToken);
        var request = new LegRequest(collection, plan, scope);
        var searched = legs.Where(leg => plan.Mode == SearchMode.Hybrid || plan.Mode == leg.Mode);
        var results = await Task.WhenAll(searched.Select(leg => leg.SearchAsync(request, cancellationToken)));
        return new RetrievalResult(await PoolAsync(results, new HashSet<long>(), cancellationToken), results, await scope);
    }

    /// <summary>
    /// The documents that the legs retrieve at a greater depth, without the <paramref name="known"/> ones; null if there are none.
    /// </summary>
    public async Task<RetrievalResult?> DeepenAsync(
        RetrievalResult found,
        int depth,
        IReadOnlySet<long> known,
        CancellationToken cancellationToken
    )
    {
        if (found.Legs.All(leg => leg.IsComplete))
        {
            return null;
        }

        var results = await Task.WhenAll(
            found.Legs.Select(leg => leg.IsComplete ? Task.FromResult(leg) : leg.DeepenAsync(depth, cancellationToken))
        );
        return found with { Legs = results, Pool = await PoolAsync(results, known, cancellationToken) };
    }

    private static async Task<IReadOnlyCollection<Candidate>> PoolAsync(
        LegResult[] results,
        IReadOnlySet<long> known,
        CancellationToken cancellationToken
    )
    {
        var pool = new Dictionary<long, Candidate>();
        foreach (var result in results)
        {
            for (var i = 0; i < result.Hits.Count; i++)
            {
                var hit = result.Hits[i];
                if (known.Contains(hit.DocumentId))
                {
                    continue;
                }

                if (!pool.TryGetValue(hit.DocumentId, out var candidate))
                {
                    pool[hit.DocumentId] = candidate = new Candidate(hit.DocumentId);
                }

                candidate[result.Leg].Rank = i + 1;
                Score(candidate, result.Leg, hit);
            }
        }

        await Task.WhenAll(results.Select(result => ScoreOthersAsync(result, pool, cancellationToken)));
        return pool.Values;
    }

    private static async Task ScoreOthersAsync(LegResult result, Dictionary<long, Candidate> pool, CancellationToken cancellationToken)
    {
        var others = pool.Values.Where(candidate => candidate[result.Leg].Score is null).ToList();
        if (others.Count == 0)
        {
            return;
        }

        var hits = await result.ScoreAsync([.. others.Select(candidate => candidate.DocumentId)], cancellationToken);
        others.ForEach(candidate => candidate[result.Leg].Score = result.ScoreOfNoMatch);
        foreach (var hit in hits)
        {
            Score(pool[hit.DocumentId], result.Leg, hit);
        }
    }

    private static void Score(Candidate candidate, SearchLeg leg, LegHit hit)
    {
        candidate[leg].Score = hit.Score;
        candidate.ChunkId = hit.ChunkId ?? candidate.ChunkId;
    }
}
