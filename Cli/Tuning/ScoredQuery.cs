using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tuning;

/// <summary>Every leg's scores of a query's candidates, from which any rule's ranking can be computed without another search.</summary>
/// <param name="Query">The query.</param>
/// <param name="Candidates">The whole pool.</param>
internal sealed record ScoredQuery(JudgedQuery Query, IReadOnlyList<SearchHit> Candidates)
{
    /// <summary>The k of reciprocal ranks.</summary>
    public int RankConstant { get; init; } = 60;

    private readonly Leg _lexical = new(Candidates, hit => hit.Explain.Lexical);
    private readonly Leg _dense = new(Candidates, hit => hit.Explain.Dense);
    private readonly Leg _rerank = new(Candidates, hit => hit.Explain.Rerank);

    /// <summary>nDCG@10 of the ranking by a rule.</summary>
    public double Ndcg(RankingRule rule) =>
        RankingMetrics.Ndcg([.. Rank(rule).Take(10).Select(candidate => Candidates[candidate].Id)], Query.Judgements, 10);

    /// <summary>Each candidate's score by a rule that reranks all of them, in the pool's order.</summary>
    public double[] Score(RankingRule rule)
    {
        int[] all = [.. Enumerable.Range(0, Candidates.Count)];
        return rule.Rerank is null ? Fuse(all, rule) : AddRerank(all, Fuse(all, rule), rule);
    }

    // As in SearchApi's Fusion: legs are fused over the pool, then again over the reranked candidates; the others follow.
    private IEnumerable<int> Rank(RankingRule rule)
    {
        int[] all = [.. Enumerable.Range(0, Candidates.Count)];
        var fused = Order(all, Fuse(all, rule));
        if (rule.Rerank is null)
        {
            return fused;
        }

        var seen = fused[..Math.Min(rule.RerankDepth ?? fused.Length, fused.Length)];
        return Order(seen, AddRerank(seen, Fuse(seen, rule), rule)).Concat(fused[seen.Length..]);
    }

    private double[] Fuse(int[] pool, RankingRule rule)
    {
        var scores = new double[pool.Length];
        _lexical.AddTo(scores, pool, rule.Lexical, rule.Method, RankConstant);
        _dense.AddTo(scores, pool, rule.Dense, rule.Method, RankConstant);
        return scores;
    }

    private double[] AddRerank(int[] pool, double[] scores, RankingRule rule)
    {
        var rerank = rule.Method == FusionMode.Rrf ? _rerank.RankedWithin(pool) : _rerank;
        rerank.AddTo(scores, pool, rule.Rerank!.Value, rule.Method, RankConstant);
        return scores;
    }

    private static int[] Order(int[] pool, double[] scores)
    {
        var order = (int[])pool.Clone();
        double[] keys = [.. scores.Select(score => -score)];
        // Array.Sort is not stable, so ties are put in the pool's order.
        Array.Sort(keys, order, Comparer<double>.Default);
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && keys[end] == keys[start])
            {
                end++;
            }

            Array.Sort(order, start, end - start);
            start = end;
        }

        return order;
    }

    /// <summary>One leg's scores and ranks; NaN and 0 for candidates it did not find.</summary>
    private sealed class Leg
    {
        private readonly double[] _scores;
        private readonly int[] _ranks;

        public Leg(IReadOnlyList<SearchHit> candidates, Func<SearchHit, LegScore?> leg) =>
            (_scores, _ranks) = (
                [.. candidates.Select(hit => leg(hit)?.Score ?? double.NaN)],
                [.. candidates.Select(hit => leg(hit)?.Rank ?? 0)]
            );

        private Leg(double[] scores, int[] ranks) => (_scores, _ranks) = (scores, ranks);

        public Leg RankedWithin(int[] pool)
        {
            var ranks = new int[_ranks.Length];
            var rank = 0;
            foreach (var candidate in pool.Where(candidate => _ranks[candidate] > 0).OrderBy(candidate => _ranks[candidate]))
            {
                ranks[candidate] = ++rank;
            }

            return new Leg(_scores, ranks);
        }

        public void AddTo(double[] sums, int[] pool, double weight, FusionMode method, int constant)
        {
            if (weight == 0)
            {
                return;
            }

            if (method == FusionMode.Rrf)
            {
                for (var i = 0; i < pool.Length; i++)
                {
                    sums[i] += _ranks[pool[i]] > 0 ? weight / (constant + _ranks[pool[i]]) : 0;
                }

                return;
            }

            var (count, mean, squares) = (0, 0.0, 0.0);
            foreach (var candidate in pool)
            {
                if (!double.IsNaN(_scores[candidate]))
                {
                    count++;
                    mean += _scores[candidate];
                }
            }

            mean = count == 0 ? 0 : mean / count;
            foreach (var candidate in pool)
            {
                squares += double.IsNaN(_scores[candidate]) ? 0 : (_scores[candidate] - mean) * (_scores[candidate] - mean);
            }

            var deviation = count == 0 ? 0 : Math.Sqrt(squares / count);
            for (var i = 0; i < pool.Length && deviation > 1e-9 * Math.Max(1, Math.Abs(mean)); i++)
            {
                sums[i] += double.IsNaN(_scores[pool[i]]) ? 0 : weight * (_scores[pool[i]] - mean) / deviation;
            }
        }
    }
}
