namespace EmbedPlatform.Cli.Tuning;

/// <summary>The best rule of a family and its cross-validated nDCG@10.</summary>
/// <param name="Rule">The best rule on all queries.</param>
/// <param name="InSample">Its mean nDCG@10 on them.</param>
/// <param name="HeldOut">The nDCG@10 of each query by the rule that was best on the other folds.</param>
/// <param name="Folds">The best rule of each fold's training queries.</param>
internal sealed record ChosenRule(RankingRule Rule, double InSample, double[] HeldOut, IReadOnlyList<RankingRule> Folds)
{
    /// <summary>The mean nDCG@10 on held-out queries.</summary>
    public double OutOfFold => HeldOut.Average();
}

/// <summary>Cross-validation over queries: seeded folds of equal size.</summary>
/// <param name="queries">The queries.</param>
/// <param name="folds">How many folds.</param>
/// <param name="seed">The seed of the shuffle.</param>
internal sealed class CrossValidation(IReadOnlyList<ScoredQuery> queries, int folds, int seed)
{
    private readonly int[] _foldOf = Assign(queries.Count, folds, seed);

    /// <summary>Chooses the best rule; the first of equally good ones.</summary>
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

            // Ignores differences of rounding.
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
