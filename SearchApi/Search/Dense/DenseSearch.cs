using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;

namespace EmbedPlatform.SearchApi.Search.Dense;

/// <summary>The documents nearest to a vector, best first.</summary>
/// <param name="IsComplete">Whether there are no further documents.</param>
internal sealed record NearestDocuments(IReadOnlyList<LegHit> Hits, bool IsComplete);

/// <summary>Cosine similarity over the vectors of a space.</summary>
internal sealed class DenseSearch(SearchReads reads)
{
    private const int MaxEfSearch = 1000;

    /// <summary>The fewest chunks to read from the index, so that a small result shows whether the scan ends early.</summary>
    private const int MinChunks = 100;
    private const int MaxChunks = 200_000;
    private const int Growth = 4;

    private const int ExactEfSearch = 40;

    // A selective filter makes the index scan long; the scan ends when the limit is reached.
    private static readonly StatementSetting[] _scan =
    [
        StatementSetting.ForceCustomPlan,
        new("hnsw.iterative_scan", "strict_order"),
        new("hnsw.max_scan_tuples", "1000000"),
        new("hnsw.scan_mem_multiplier", "16"),
    ];

    // Otherwise the limit and the table's statistics would decide between index scan and sort, which order equal vectors differently, and
    // a smaller result would not be a prefix of a larger one.
    private static readonly StatementSetting[] _scanAlways = [.. _scan, new("enable_sort", "off")];

    /// <summary>The similarity as SQL. A zero vector has no cosine; its similarity is 0.</summary>
    /// <param name="query">The placeholder of the query's vector.</param>
    public static string Similarity(EmbeddingSpace space, string query) =>
        $"coalesce(nullif(1 - (e.embedding <=> {query}::real[]::{space.Type}), 'NaN'), 0)";

    /// <summary>
    /// Finds the documents of the nearest chunks, best first, each with its best chunk. At a constant width, the index returns the same
    /// chunks in the same order at any depth, so a smaller result is a prefix of a larger one.
    /// </summary>
    /// <param name="documents">The number of documents.</param>
    /// <param name="width">The search width of the index.</param>
    /// <param name="shallow">Whether the documents of the nearest chunks suffice, even if they are fewer than requested.</param>
    public async Task<NearestDocuments> TopAsync(
        CollectionRecord collection,
        float[] query,
        int documents,
        int width,
        SearchScope scope,
        bool shallow,
        CancellationToken cancellationToken
    )
    {
        if (scope.Exact || scope.Documents is not null)
        {
            return await AllAsync();
        }

        List<LegHit> best = [];
        var chunks = MinChunks;
        while (chunks < documents)
        {
            chunks *= Growth;
        }

        for (; chunks <= MaxChunks; chunks *= Growth)
        {
            var nearest = await NearestAsync(collection, query, chunks, width, scope, cancellationToken);
            var seen = new HashSet<long>();
            best = [.. nearest.Where(hit => seen.Add(hit.DocumentId)).Take(documents)];
            var ended = nearest.Count < chunks;
            if (best.Count == documents || (shallow && !ended))
            {
                return new NearestDocuments(best, IsComplete: false);
            }

            if (ended)
            {
                // There are too few vectors, or the filter hides too many. A result of any size ends here.
                best = nearest.Count < MinChunks ? [] : best;
                break;
            }
        }

        // Documents that the index found stay in front, because a smaller result has them too; those that it missed follow.
        var exact = await AllAsync();
        var found = best.Select(hit => hit.DocumentId).ToHashSet();
        return exact with { Hits = [.. best, .. exact.Hits.Where(hit => !found.Contains(hit.DocumentId)).Take(documents - best.Count)] };

        async Task<NearestDocuments> AllAsync()
        {
            var hits = await ExactAsync(collection, query, documents, scope, cancellationToken);
            return new NearestDocuments(hits, hits.Count < documents);
        }
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
        return await ReadAsync(collection, sql, parameters, _scanAlways, Math.Min(MaxEfSearch, width), cancellationToken);
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
