using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;

namespace EmbedPlatform.SearchApi.Search.Dense;

/// <summary>Cosine similarity over the vectors of a space.</summary>
internal sealed class DenseSearch(SearchReads reads)
{
    private const int MaxEfSearch = 1000;
    private const int MaxChunks = 200_000;

    private const int ExactEfSearch = 40;

    // A selective filter makes the index scan long; the scan ends when the limit is reached.
    private static readonly StatementSetting[] _scan =
    [
        StatementSetting.ForceCustomPlan,
        new("hnsw.iterative_scan", "strict_order"),
        new("hnsw.max_scan_tuples", "1000000"),
        new("hnsw.scan_mem_multiplier", "16"),
    ];

    // Otherwise the limit would decide between index scan and sort, and pages of one ranking would come from different plans.
    private static readonly StatementSetting[] _scanAlways = [.. _scan, new("enable_sort", "off")];

    /// <summary>The similarity as SQL. A zero vector has no cosine; its similarity is 0.</summary>
    /// <param name="query">The placeholder of the query's vector.</param>
    public static string Similarity(EmbeddingSpace space, string query) =>
        $"coalesce(nullif(1 - (e.embedding <=> {query}::real[]::{space.Type}), 'NaN'), 0)";

    /// <summary>
    /// Finds the documents of the nearest chunks, best first, each with its best chunk. At a constant width, the index returns the same
    /// chunks in the same order at any depth, so a smaller result is a prefix of a larger one.
    /// </summary>
    /// <param name="documents">The number of documents; fewer are returned only if fewer are embedded in the scope.</param>
    /// <param name="width">The search width of the index.</param>
    /// <param name="minDocuments">The minimum number of distinct documents to accept before widening the search; null for all.</param>
    /// <param name="pageSize">The page size, if pages of this ranking are read at different depths; otherwise null.</param>
    public async Task<IReadOnlyList<LegHit>> TopAsync(
        CollectionRecord collection,
        float[] query,
        int documents,
        int width,
        SearchScope scope,
        CancellationToken cancellationToken,
        int? minDocuments = null,
        int? pageSize = null
    )
    {
        if (scope.Exact || scope.Documents is not null)
        {
            return await ExactAsync(collection, query, documents, scope, cancellationToken);
        }

        List<LegHit> best = [];
        for (var chunks = documents; chunks <= MaxChunks; chunks *= 4)
        {
            var settings = pageSize is null ? _scan : _scanAlways;
            var nearest = await NearestAsync(collection, query, chunks, width, scope, settings, cancellationToken);
            var seen = new HashSet<long>();
            best = [.. nearest.Where(hit => seen.Add(hit.DocumentId)).Take(documents)];
            if (best.Count >= Math.Min(minDocuments ?? documents, documents))
            {
                return best;
            }

            if (nearest.Count < chunks)
            {
                break;
            }
        }

        // The index scan ended early: there are too few vectors, or the filter hides too many.
        var exact = await ExactAsync(collection, query, documents, scope, cancellationToken);
        if (best.Count < pageSize)
        {
            return exact;
        }

        // Pages that the index produced may have been returned already, so they stay, and the documents that it missed follow.
        var shown = pageSize is null ? [] : best;
        var shownIds = shown.Select(hit => hit.DocumentId).ToHashSet();
        return [.. shown, .. exact.Where(hit => !shownIds.Contains(hit.DocumentId)).Take(documents - shown.Count)];
    }

    /// <summary>The best chunks of given documents; documents that are not embedded are absent.</summary>
    public async Task<IReadOnlyList<LegHit>> ScoreAsync(
        CollectionRecord collection,
        float[] query,
        long[] documents,
        CancellationToken cancellationToken
    ) =>
        documents.Length == 0
            ? []
            : await ExactAsync(collection, query, documents.Length, new SearchScope(null, documents, false), cancellationToken);

    private async Task<List<LegHit>> NearestAsync(
        CollectionRecord collection,
        float[] query,
        int chunks,
        int width,
        SearchScope scope,
        StatementSetting[] settings,
        CancellationToken cancellationToken
    )
    {
        var space = collection.Space;
        var parameters = new SqlParameters();
        var vector = parameters.Add(query);
        var sql = $"""
            SELECT e.document_id, e.chunk_id, {Similarity(space, vector)}
            FROM {space.Table} e {Condition(scope, parameters)}
            ORDER BY e.embedding <=> {vector}::real[]::{space.Type} LIMIT {parameters.Add(chunks)}
            """;
        return await ReadAsync(collection, sql, parameters, settings, Math.Min(MaxEfSearch, width), cancellationToken);
    }

    private async Task<List<LegHit>> ExactAsync(
        CollectionRecord collection,
        float[] query,
        int documents,
        SearchScope scope,
        CancellationToken cancellationToken
    )
    {
        var space = collection.Space;
        var parameters = new SqlParameters();
        var vector = parameters.Add(query);
        var sql = $"""
            SELECT best.document_id, best.chunk_id, best.score FROM (
                SELECT DISTINCT ON (e.document_id) e.document_id, e.chunk_id, {Similarity(space, vector)} AS score
                FROM {space.Table} e {Condition(scope, parameters)} ORDER BY e.document_id, score DESC, e.chunk_id
            ) best ORDER BY best.score DESC, best.document_id LIMIT {parameters.Add(documents)}
            """;
        return await ReadAsync(collection, sql, parameters, _scan, ExactEfSearch, cancellationToken);
    }

    private static string Condition(SearchScope scope, SqlParameters parameters) =>
        scope switch
        {
            { Documents: { } listed } => $"WHERE e.document_id = ANY({parameters.Add(listed)})",
            { Filter: { } filter } => $"JOIN document d ON d.id = e.document_id WHERE {FilterSql.Write(filter, parameters, "d")}",
            _ => string.Empty,
        };

    private Task<List<LegHit>> ReadAsync(
        CollectionRecord collection,
        string sql,
        SqlParameters parameters,
        StatementSetting[] settings,
        int efSearch,
        CancellationToken cancellationToken
    ) =>
        reads.ReadAsync(
            collection,
            [.. settings, new StatementSetting("hnsw.ef_search", FormattableString.Invariant($"{efSearch}"))],
            batch => parameters.AddTo(batch, sql),
            async (reader, token) =>
            {
                var hits = new List<LegHit>();
                while (await reader.ReadAsync(token))
                {
                    hits.Add(new LegHit(reader.GetInt64(0), reader.GetDouble(2), reader.GetInt64(1)));
                }

                return hits;
            },
            cancellationToken
        );
}
