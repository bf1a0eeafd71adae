using System.Globalization;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>Counts over the matched set.</summary>
internal sealed record MatchCounts(long Total, IReadOnlyList<Facet> Facets);

/// <summary>
/// Counts over all matched documents within the filter, not only the retrievable ones. Lexical: documents with a query term and at
/// least the threshold's score. Dense: documents with a vector and at least the threshold's similarity. Hybrid: documents of either
/// leg. A threshold of relevance counts the documents of the ranking.
/// </summary>
internal sealed class MatchCounter(SearchReads reads)
{
    public async Task<MatchCounts> CountAsync(
        CollectionRecord collection,
        SearchPlan plan,
        RankedCandidates ranking,
        CancellationToken cancellationToken
    )
    {
        var parameters = new SqlParameters();
        var found = ranking.Retrieved;
        List<string> legs = plan is { ScoresRelevance: true, Threshold: not null }
            ? [$"SELECT unnest({parameters.Add(ranking.Ordered.Select(candidate => candidate.DocumentId).ToArray())})"]
            : [.. found.Legs.Select(leg => leg.MatchingSql(parameters)).OfType<string>()];
        if (legs.Count == 0)
        {
            return new MatchCounts(0, [.. plan.Facets.Select(facet => new Facet(facet.Path.Field, [], 0))]);
        }

        var sql = Sql(collection, plan, found.Scope, legs, parameters);
        return await reads.ReadAsync(
            collection,
            [StatementSetting.ForceCustomPlan],
            batch => parameters.AddTo(batch, sql),
            (reader, token) => ReadAsync(reader, plan, token),
            cancellationToken
        );
    }

    private static async Task<MatchCounts> ReadAsync(NpgsqlDataReader reader, SearchPlan plan, CancellationToken cancellationToken)
    {
        var total = 0L;
        var values = plan.Facets.Select(_ => new List<FacetValue>()).ToArray();
        var distinct = new long[values.Length];
        while (await reader.ReadAsync(cancellationToken))
        {
            var facet = reader.GetInt32(0);
            if (facet < 0)
            {
                total = reader.GetInt64(2);
                continue;
            }

            values[facet].Add(new FacetValue(JsonSerializer.Deserialize<JsonElement>(reader.GetString(1)), reader.GetInt64(2)));
            distinct[facet] = reader.GetInt64(3);
        }

        return new MatchCounts(
            total,
            [.. plan.Facets.Select((facet, i) => new Facet(facet.Path.Field, values[i], distinct[i] - values[i].Count))]
        );
    }

    private static string Sql(CollectionRecord collection, SearchPlan plan, SearchScope scope, List<string> legs, SqlParameters parameters)
    {
        var inside = scope switch
        {
            { Documents: { } listed } => $" AND d.id = ANY({parameters.Add(listed)})",
            { Filter: { } filter } => $" AND {FilterSql.Write(filter, parameters, "d")}",
            _ => string.Empty,
        };
        var facets = plan.Facets.Select((facet, i) => FacetSql(facet.Path, facet.Limit, i, parameters));
        return $"""
            WITH matched AS MATERIALIZED (
                SELECT d.id{(plan.Facets.Count > 0 ? ", d.metadata" : string.Empty)}
                FROM document d WHERE d.collection_id = {parameters.Add(collection.Id)} AND d.id IN ({string.Join(" UNION ", legs)}){inside}
            )
            SELECT -1, NULL::text, count(*), 0::bigint FROM matched{string.Concat(facets)}
            """;
    }

    private static string FacetSql(MetadataPath path, int limit, int index, SqlParameters parameters)
    {
        var (values, most) = (parameters.Add(path.JsonPath + "[*]"), parameters.Add(limit));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""

            UNION ALL
            (SELECT {index}, v.value::text, count(DISTINCT m.id), count(*) OVER ()
             FROM matched m CROSS JOIN LATERAL jsonb_path_query(m.metadata, {values}::text::jsonpath, {NoVariables}, true) AS v(value)
             WHERE jsonb_typeof(v.value) IN ('string', 'number', 'boolean')
             GROUP BY v.value ORDER BY 3 DESC, v.value LIMIT {most})
            """
        );
    }

    private const string NoVariables = "'{}'";
}
