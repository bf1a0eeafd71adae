using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
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
    public Task<MatchCounts> CountAsync(
        CollectionRecord collection,
        SearchPlan plan,
        RankedCandidates ranking,
        CancellationToken cancellationToken
    ) => CountAsync(collection, plan, MatchedSet.Of(plan, ranking), cancellationToken);

    public async Task<MatchCounts> CountAsync(
        CollectionRecord collection,
        SearchPlan plan,
        MatchedSet matched,
        CancellationToken cancellationToken
    )
    {
        var parameters = new SqlParameters();
        if (matched.Condition(collection, parameters) is not { } condition)
        {
            return new MatchCounts(0, [.. plan.Facets.Select(facet => new FacetCounts(facet).ToFacet())]);
        }

        var sql = Sql(plan, condition, parameters);
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
        var facets = plan.Facets.Select(facet => new FacetCounts(facet)).ToArray();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetInt32(0) is >= 0 and var facet)
            {
                facets[facet].Add(reader);
            }
            else
            {
                total = reader.GetInt64(2);
            }
        }

        return new MatchCounts(total, [.. facets.Select(facet => facet.ToFacet())]);
    }

    private static string Sql(SearchPlan plan, string condition, SqlParameters parameters)
    {
        var facets = plan.Facets.Select((facet, i) => FacetSql.Write(facet, i, parameters));
        return $"""
            WITH matched AS MATERIALIZED (
                SELECT d.id{(plan.Facets.Count > 0 ? ", d.metadata" : string.Empty)} FROM document d WHERE {condition}
            )
            SELECT -1, NULL::text, count(*), 0::bigint, NULL::text, NULL::text, NULL::text, NULL::text
            FROM matched{string.Concat(facets)}
            """;
    }
}
