using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>
/// Decides how to apply a filter. A small number of matching documents (<see cref="SearchOptions.ExactDocuments"/>) is listed first and
/// scored exactly by every leg, and a small vector table (<see cref="SearchOptions.ExactMegabytes"/>) is compared exactly; otherwise
/// the legs search their indexes and filter during the scan.
/// </summary>
internal sealed class ScopeResolver(SearchReads reads, PhraseMatcher phrases, IOptions<SearchOptions> options)
{
    public async Task<SearchScope> ResolveAsync(
        CollectionRecord collection,
        FilterNode? filter,
        bool exact,
        CancellationToken cancellationToken
    )
    {
        exact |= !collection.IsIndexed || collection.VectorBytes <= options.Value.ExactMegabytes * 1_048_576L;
        if (filter is null)
        {
            return SearchScope.Everything with { Exact = exact };
        }

        filter = await phrases.ResolveAsync(collection, filter, cancellationToken);
        var most = options.Value.ExactDocuments;
        var parameters = new SqlParameters();
        var inside = parameters.Add(collection.Id);
        var condition = FilterSql.Write(filter, parameters, "d");
        var sql = $"SELECT d.id FROM document d WHERE d.collection_id = {inside} AND {condition} LIMIT {parameters.Add(most + 1L)}";
        var documents = await reads.ReadAsync(
            collection,
            [StatementSetting.ForceCustomPlan],
            batch => parameters.AddTo(batch, sql),
            async (reader, token) =>
            {
                var ids = new List<long>();
                while (await reader.ReadAsync(token))
                {
                    ids.Add(reader.GetInt64(0));
                }

                return ids;
            },
            cancellationToken
        );
        return new SearchScope(filter, documents.Count <= most ? [.. documents] : null, exact);
    }
}
