using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary>Finds the best chunks of documents: the nearest ones where the query has a vector, else those that have most of its words.</summary>
internal sealed class ChunkGroups(NpgsqlDataSource database, LexicalSearch lexical)
{
    // Ordered by an expression that no index serves: each document has few chunks, all of which are compared, as where its best chunk was found.
    private static string ByVector(EmbeddingSpace space) => $"""
        SELECT d.external_id, c.ordinal, c.text, c.score
        FROM unnest($2::text[]) AS wanted(id) JOIN document d ON d.collection_id = $1 AND d.external_id = wanted.id
        CROSS JOIN LATERAL (
            SELECT chunk.ordinal, chunk.text, {DenseSearch.Similarity(space, "$4")} AS score
            FROM {space.Table} e JOIN chunk ON chunk.id = e.chunk_id
            WHERE e.document_id = d.id ORDER BY score DESC, e.chunk_id LIMIT $3
        ) c ORDER BY d.external_id, c.score DESC, c.ordinal
        """;

    private const string ByWords = """
        SELECT d.external_id, c.ordinal, c.text, c.score
        FROM unnest($2::text[]) AS wanted(id) JOIN document d ON d.collection_id = $1 AND d.external_id = wanted.id
        CROSS JOIN LATERAL (
            SELECT chunk.ordinal, chunk.text, ts_rank(to_tsvector($4::text::regconfig, chunk.text), $5::text::tsquery)::float8 AS score
            FROM chunk WHERE chunk.document_id = d.id ORDER BY score DESC, chunk.ordinal LIMIT $3
        ) c ORDER BY d.external_id, c.score DESC, c.ordinal
        """;

    /// <summary>The hits with their best chunks, best first.</summary>
    public async Task<List<SearchHit>> AddAsync(
        CollectionRow collection, SearchPlan plan, Found found, List<SearchHit> hits, CancellationToken cancellationToken)
    {
        var chunks = hits.ToDictionary(hit => hit.Id, _ => new List<ChunkHit>());
        var ids = chunks.Keys.ToArray();
        var words = found.Vector is null ? found.Lexical ?? await lexical.PrepareAsync(collection, plan.Query, cancellationToken) : null;
        await using var command = found.Vector is { } vector
            ? database.Command(ByVector(collection.Space), collection.Id, ids, plan.Chunks, vector)
            : database.Command(ByWords, collection.Id, ids, plan.Chunks, collection.Language, words!.ToTsQuery());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            chunks[reader.GetString(0)].Add(new ChunkHit(reader.GetInt32(1), reader.GetString(2), reader.GetDouble(3)));
        }

        return [.. hits.Select(hit => hit with { Chunks = chunks[hit.Id] })];
    }
}
