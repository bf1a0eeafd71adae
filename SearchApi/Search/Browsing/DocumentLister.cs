using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Browsing;

/// <summary>A document of a listing.</summary>
/// <param name="Keys">The sort keys as text.</param>
internal sealed record ListedDocument(long Row, string Id, IReadOnlyList<string?> Keys);

/// <summary>A document with the further documents of its group, best first.</summary>
/// <param name="Value">The group's value as JSON; null for a document without one.</param>
/// <param name="Count">The number of matched documents in the group.</param>
internal sealed record ListedGroup(ListedDocument Best, string? Value, long Count)
{
    public List<ListedDocument> Others { get; } = [];
}

/// <summary>A page of a listing.</summary>
/// <param name="HasMore">Whether another page follows.</param>
/// <param name="Groups">The number of groups of all matched documents; null if documents are not grouped.</param>
internal sealed record Listing(IReadOnlyList<ListedGroup> Entries, bool HasMore, long? Groups)
{
    public static readonly Listing Empty = new([], false, 0);
}

/// <summary>Sorts and groups the matched set in the database.</summary>
internal sealed class DocumentLister(SearchReads reads)
{
    // A document without a value is a group of its own.
    private const string Group = "PARTITION BY m.value, CASE WHEN m.value IS NULL THEN m.id END";

    /// <summary>A page of the sorted documents or groups.</summary>
    /// <param name="position">The end of the previous page; null to begin at the plan's offset.</param>
    public Task<Listing> ListAsync(
        CollectionRecord collection,
        SearchPlan plan,
        MatchedSet matched,
        BrowsePosition? position,
        CancellationToken cancellationToken
    )
    {
        var parameters = new SqlParameters();
        if (matched.Condition(collection, parameters) is not { } condition)
        {
            return Task.FromResult(Listing.Empty);
        }

        var (sort, groupBy) = (plan.Browse!.Sort, plan.Browse.GroupBy);
        var page = new Page(position, plan.Limit + 1, position is null ? plan.Offset : 0);
        var sql = groupBy is null
            ? Documents(sort, condition, page, parameters)
            : Groups(sort, groupBy, plan.Browse.GroupLimit, condition, page, parameters);
        return reads.ReadAsync(
            collection,
            [StatementSetting.ForceCustomPlan],
            batch => parameters.AddTo(batch, sql),
            (reader, token) => ReadAsync(reader, sort.Count, plan.Limit, groupBy is not null, token),
            cancellationToken
        );
    }

    /// <summary>Groups the documents of a ranking; all groups in the order of their best documents.</summary>
    /// <param name="ranking">The rows, best first.</param>
    public Task<Listing> GroupAsync(
        CollectionRecord collection,
        BrowsePlan plan,
        MatchedSet matched,
        long[] ranking,
        CancellationToken cancellationToken
    )
    {
        var parameters = new SqlParameters();
        if (matched.Condition(collection, parameters) is not { } condition)
        {
            return Task.FromResult(Listing.Empty);
        }

        var sql = $"""
            WITH matched AS MATERIALIZED (
                SELECT d.id, d.external_id, {FieldValues.First(plan.GroupBy!, "d.metadata", parameters)} AS value
                FROM document d WHERE {condition}
            ), sized AS MATERIALIZED (
                SELECT m.*, count(*) OVER g AS size, row_number() OVER g AS place FROM matched m WINDOW g AS ({Group})
            ), ranked AS (
                SELECT s.*, r.n FROM unnest({parameters.Add(ranking)}::bigint[]) WITH ORDINALITY AS r(id, n) JOIN sized s ON s.id = r.id
            ), placed AS (
                SELECT m.*, row_number() OVER o AS rank, first_value(m.n) OVER o AS leader FROM ranked m WINDOW o AS ({Group} ORDER BY m.n)
            )
            SELECT p.id, p.external_id, p.rank, p.value::text, p.size, (SELECT count(*) FROM sized s WHERE s.place = 1)
            FROM placed p WHERE p.rank <= {parameters.Add(plan.GroupLimit)} ORDER BY p.leader, p.rank
            """;
        return reads.ReadAsync(
            collection,
            [StatementSetting.ForceCustomPlan],
            batch => parameters.AddTo(batch, sql),
            (reader, token) => ReadAsync(reader, 0, int.MaxValue, true, token),
            cancellationToken
        );
    }

    private static string Documents(IReadOnlyList<SortColumn> sort, string condition, Page page, SqlParameters parameters) =>
        $"""
            SELECT m.id, m.external_id{SortSql.Texts(sort, "m")}
            FROM (SELECT d.id, d.external_id{SortSql.Columns(sort, parameters)} FROM document d WHERE {condition}) m
            WHERE {page.After(sort, "m", parameters)} ORDER BY {SortSql.Order(sort, "m")} {page.Limit(parameters)}
            """;

    private static string Groups(
        IReadOnlyList<SortColumn> sort,
        MetadataPath groupBy,
        int groupLimit,
        string condition,
        Page page,
        SqlParameters parameters
    ) =>
        $"""
            WITH matched AS MATERIALIZED (
                SELECT d.id, d.external_id,
                       {FieldValues.First(groupBy, "d.metadata", parameters)} AS value{SortSql.Columns(sort, parameters)}
                FROM document d WHERE {condition}
            ), placed AS MATERIALIZED (
                SELECT m.*, row_number() OVER o AS place, first_value(m.id) OVER o AS leader, count(*) OVER g AS size
                FROM matched m WINDOW g AS ({Group}), o AS ({Group} ORDER BY {SortSql.Order(sort, "m")})
            ), page AS MATERIALIZED (
                SELECT p.id, row_number() OVER (ORDER BY {SortSql.Order(sort, "p")}) AS n FROM placed p
                WHERE p.place = 1 AND {page.After(sort, "p", parameters)} ORDER BY {SortSql.Order(sort, "p")} {page.Limit(parameters)}
            )
            SELECT p.id, p.external_id, p.place, p.value::text, p.size,
                   (SELECT count(*) FROM placed WHERE place = 1){SortSql.Texts(sort, "p")}
            FROM page JOIN placed p ON p.leader = page.id WHERE p.place <= {parameters.Add(groupLimit)} ORDER BY page.n, p.place
            """;

    private static async Task<Listing> ReadAsync(
        NpgsqlDataReader reader,
        int keys,
        int limit,
        bool grouped,
        CancellationToken cancellationToken
    )
    {
        var (entries, groups, first) = (new List<ListedGroup>(), 0L, grouped ? 6 : 2);
        while (await reader.ReadAsync(cancellationToken))
        {
            var values = Enumerable.Range(first, keys).Select(reader.GetStringOrNull).ToArray();
            var document = new ListedDocument(reader.GetInt64(0), reader.GetString(1), values);
            if (grouped && reader.GetInt64(2) > 1)
            {
                entries[^1].Others.Add(document);
                continue;
            }

            groups = grouped ? reader.GetInt64(5) : 0;
            entries.Add(new ListedGroup(document, grouped ? reader.GetStringOrNull(3) : null, grouped ? reader.GetInt64(4) : 1));
        }

        return new Listing([.. entries.Take(limit)], entries.Count > limit, grouped ? groups : null);
    }

    private readonly record struct Page(BrowsePosition? Position, int Size, int Offset)
    {
        public string After(IReadOnlyList<SortColumn> sort, string alias, SqlParameters parameters) =>
            Position is null ? "true" : SortSql.After(sort, Position, alias, parameters);

        public string Limit(SqlParameters parameters) => $"LIMIT {parameters.Add(Size)} OFFSET {parameters.Add(Offset)}";
    }
}
