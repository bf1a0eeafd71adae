using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Cli.Tuning;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tests.Tuning;

/// <summary>Pools of candidates with scores of a test's choice.</summary>
internal static class Pools
{
    /// <summary>A candidate; ranks are given by <see cref="Query"/>.</summary>
    public static (string Id, double? Lexical, double? Dense, double? Rerank) Document(
        string id,
        double? lexical,
        double? dense,
        double? rerank = null
    ) => (id, lexical, dense, rerank);

    /// <summary>A query whose relevant documents are named.</summary>
    public static ScoredQuery Query(string[] relevant, params (string Id, double? Lexical, double? Dense, double? Rerank)[] documents) =>
        new(
            new JudgedQuery(string.Join(',', relevant), "words", relevant.ToDictionary(id => id, _ => 1)),
            [
                .. documents.Select(document => new SearchHit(
                    document.Id,
                    0,
                    null,
                    null,
                    null,
                    new HitExplanation(
                        Leg(documents.Select(other => other.Lexical), document.Lexical),
                        Leg(documents.Select(other => other.Dense), document.Dense),
                        Leg(documents.Select(other => other.Rerank), document.Rerank)
                    )
                )),
            ]
        );

    /// <summary>A query with random scores and one relevant document.</summary>
    public static ScoredQuery Random(Random random, int documents = 30) =>
        Query(
            [$"{random.Next(documents)}"],
            [.. Enumerable.Range(0, documents).Select(i => Document($"{i}", random.NextDouble(), random.NextDouble(), random.NextDouble()))]
        );

    private static LegScore? Leg(IEnumerable<double?> all, double? score) =>
        score is { } value ? new LegScore(all.Count(other => other > value) + 1, value, 0) : null;
}
