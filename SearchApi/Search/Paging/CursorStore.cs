using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Search.Typing;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Paging;

/// <summary>The part of a kept ranking that all of its pages share.</summary>
/// <param name="Degraded">The steps that were skipped, in words.</param>
/// <param name="Reach">The number of matched documents and how far pages reach, if requested.</param>
/// <param name="Typing">How the query's words are read; null in rankings of earlier versions.</param>
internal sealed record KeptSearch(
    string Query,
    SearchMode Mode,
    IReadOnlyList<string>? Fields,
    HighlightRequest? Highlight,
    RerankOutcome Rerank,
    IReadOnlyList<string> Degraded,
    PageReach? Reach,
    TypingMode? Typing = null
);

/// <summary>How many documents match, and how many of them pages reach.</summary>
/// <param name="Pageable">The number of documents that pages reach; null for all.</param>
internal sealed record PageReach(long Total, TotalRelation Relation, long? Pageable);

/// <summary>
/// Keeps rankings for paging. They are stored in PostgreSQL, so that every replica can continue them, also without Redis.
/// </summary>
internal sealed class CursorStore(NpgsqlDataSource database, IOptions<SearchOptions> options)
{
    private const int BlockSize = 100;

    /// <summary>Deletes some of the expired cursors of all kinds.</summary>
    public const string Expire =
        "DELETE FROM search_cursor WHERE id IN (SELECT id FROM search_cursor WHERE expires_at < now() LIMIT 20 FOR UPDATE SKIP LOCKED)";

    private const string Insert =
        "INSERT INTO search_cursor (id, collection_id, search, hits, expires_at) VALUES ($1, $2, $3, $4, now() + $5)";

    private const string InsertBlocks = """
        INSERT INTO search_cursor_block (cursor_id, block, hits)
        SELECT $1, b.n - 1, b.hits FROM unnest($2::bytea[]) WITH ORDINALITY AS b(hits, n)
        """;

    private const string Find = "SELECT search, hits FROM search_cursor WHERE id = $1 AND collection_id = $2 AND expires_at >= now()";

    private const string FindBlocks =
        "SELECT hits FROM search_cursor_block WHERE cursor_id = $1 AND block BETWEEN $2 AND $3 ORDER BY block";

    /// <returns>The ranking's id.</returns>
    public async Task<Guid> KeepAsync(
        CollectionRecord collection,
        KeptSearch search,
        IReadOnlyList<Candidate> ordered,
        CancellationToken cancellationToken
    )
    {
        var id = Guid.NewGuid();
        await using var batch = database.CreateBatch();
        batch.Add(Expire);
        batch.Add(Insert, id, collection.Id, JsonSerializer.Serialize(search), ordered.Count, options.Value.CursorTimeToLive);
        batch.Add(InsertBlocks, id, ordered.Chunk(BlockSize).Select(RankingCodec.Encode).ToArray());
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return id;
    }

    /// <summary>A page of a kept ranking and the ranking's length; null if the ranking has expired.</summary>
    public async Task<(KeptSearch Search, int Hits, List<Candidate> Page)?> LoadAsync(
        CollectionRecord collection,
        Cursor cursor,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var batch = database.CreateBatch();
        batch.Add(Find, cursor.Id, collection.Id);
        batch.Add(
            FindBlocks,
            cursor.Id,
            cursor.Offset / BlockSize,
            (int)Math.Min(int.MaxValue, ((long)cursor.Offset + limit - 1) / BlockSize)
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var (search, hits) = (JsonSerializer.Deserialize<KeptSearch>(reader.GetString(0))!, reader.GetInt32(1));
        await reader.NextResultAsync(cancellationToken);
        var page = new List<Candidate>();
        while (await reader.ReadAsync(cancellationToken))
        {
            page.AddRange(RankingCodec.Decode(reader.GetFieldValue<byte[]>(0)));
        }

        return (search, hits, [.. page.Skip(cursor.Offset % BlockSize).Take(limit)]);
    }
}
