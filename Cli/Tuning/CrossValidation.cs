namespace EmbedPlatform.Cli.Tuning;

/// <summary>The best rule of a family, and what choosing in this way brings for queries that had no part in the choice.</summary>
/// <param name="Rule">The best on all queries.</param>
/// <param name="InSample">Its mean nDCG@10 on them.</param>
/// <param name="HeldOut">For each query its nDCG@10 by the rule that was best on the other folds.</param>
/// <param name="Folds">The rule that was chosen for each fold.</param>
internal sealed record ChosenRule(RankingRule Rule, double InSample, double[] HeldOut, IReadOnlyList<RankingRule> Folds)
{
    /// <summary>Mean nDCG@10 of queries that had no part in the choice.</summary>
    public double OutOfFold => HeldOut.Average();
}

/// <summary>Cross-validation over queries: seeded folds of equal size.</summary>
/// <param name="queries">The queries.</param>
/// <param name="folds">How many folds.</param>
/// <param name="seed">What shuffles the queries.</param>
internal sealed class CrossValidation(IReadOnlyList<ScoredQuery> queries, int folds, int seed)
{
    private readonly int[] _foldOf = Assign(queries.Count, folds, seed);

    /// <summary>Chooses among rules; of equally good ones the first.</summary>
    public ChosenRule Choose(IReadOnlyList<RankingRule> rules, CancellationToken cancellationToken)
    {
        var ndcg = new double[rules.Count][];
        Parallel.For(
            0,
            rules.Count,
            new ParallelOptions { CancellationToken = cancellationToken },
            rule => ndcg[rule] = [.. queries.Select(query => query.Ndcg(rules[rule]))]
        );
        var heldOut = new double[queries.Count];
        var chosen = new List<RankingRule>();
        for (var fold = 0; fold < folds; fold++)
        {
            var best = Best(ndcg, query => _foldOf[query] != fold);
            chosen.Add(rules[best]);
            for (var query = 0; query < queries.Count; query++)
            {
                heldOut[query] = _foldOf[query] == fold ? ndcg[best][query] : heldOut[query];
            }
        }

        var winner = Best(ndcg, _ => true);
        return new ChosenRule(rules[winner], ndcg[winner].Average(), heldOut, chosen);
    }

    private int Best(double[][] ndcg, Func<int, bool> counts)
    {
        var (best, highest) = (0, double.NegativeInfinity);
        for (var rule = 0; rule < ndcg.Length; rule++)
        {
            var sum = 0.0;
            for (var query = 0; query < queries.Count; query++)
            {
                sum += counts(query) ? ndcg[rule][query] : 0;
            }

            // More than rounding.
            if (sum > highest + 1e-9)
            {
                (best, highest) = (rule, sum);
            }
        }

        return best;
    }

    private static int[] Assign(int count, int folds, int seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(order);
        var foldOf = new int[count];
        for (var i = 0; i < count; i++)
        {
            foldOf[order[i]] = i % folds;
        }

        return foldOf;
    }
}
