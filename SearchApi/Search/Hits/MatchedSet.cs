using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Dense;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Storage;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>The documents that a search matches, as SQL.</summary>
/// <param name="Scope">The documents within the filter.</param>
/// <param name="Legs">The legs, either of which matches; null for every document in the scope.</param>
internal sealed record MatchedSet(SearchScope Scope, IReadOnlyList<LegResult>? Legs)
{
    /// <summary>
    /// The documents of a ranking that reach a threshold of relevance, which no SQL computes; null without such a threshold.
    /// </summary>
    public long[]? Ranked { get; init; }

    /// <summary>Whether the dense leg matches only the documents that it retrieved, unless there is a threshold.</summary>
    public bool CandidatesOnly { get; init; }

    /// <summary>The documents that a ranking matches.</summary>
    public static MatchedSet Of(SearchPlan plan, RankedCandidates ranking) =>
        new(ranking.Retrieved.Scope, ranking.Retrieved.Legs)
        {
            Ranked = plan is { ScoresRelevance: true, Threshold: not null }
                ? [.. ranking.Ordered.Select(candidate => candidate.DocumentId)]
                : null,
        };

    /// <summary>The condition on rows of the document table under the name <c>d</c>; null if no document can match.</summary>
    public string? Condition(CollectionRecord collection, SqlParameters parameters)
    {
        if (Ranked is not null)
        {
            return $"d.collection_id = {parameters.Add(collection.Id)} AND d.id = ANY({parameters.Add(Ranked)})";
        }

        var legs = Legs?.Select(leg => Matching(leg, parameters)).OfType<string>().ToList();
        if (legs is { Count: 0 })
        {
            return null;
        }

        var matching = legs is null ? string.Empty : $" AND d.id IN ({string.Join(" UNION ", legs)})";
        var inside = Scope switch
        {
            { Documents: { } listed } => $" AND d.id = ANY({parameters.Add(listed)})",
            { Filter: { } filter } => $" AND {FilterSql.Write(filter, parameters, "d")}",
            _ => string.Empty,
        };
        return $"d.collection_id = {parameters.Add(collection.Id)}{matching}{inside}";
    }

    private string? Matching(LegResult leg, SqlParameters parameters) =>
        CandidatesOnly && leg is DenseResult { Request.Plan.Threshold: null } dense
            ? $"SELECT DISTINCT e.document_id FROM {dense.Request.Collection.Space.Table} e "
                + $"WHERE e.document_id = ANY({parameters.Add(dense.Hits.Select(hit => hit.DocumentId).ToArray())})"
            : leg.MatchingSql(parameters);
}
