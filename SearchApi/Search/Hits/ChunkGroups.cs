using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Dense;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>Finds the best chunks of each hit: the nearest ones, or without a query vector those that match most query terms.</summary>
internal sealed class ChunkGroups(NpgsqlDataSource database, LexicalSearch lexical)
{
    // The order deliberately cannot use the HNSW index: each document has few chunks, and all of them are compared.
    private static string ByVector(EmbeddingSpace space) =>
        $"""
            SELECT near.external_id, near.ordinal, near.text, near.score
            FROM (
                SELECT d.external_id, d.id, e.chunk_id, chunk.ordinal, chunk.text, {DenseSearch.Similarity(space, "$3")} AS score,
                       row_number() OVER (PARTITION BY d.id ORDER BY {DenseSearch.Similarity(space, "$3")} DESC, e.chunk_id) AS place
                FROM document d
                JOIN {space.Table} e ON e.document_id = d.id
                JOIN chunk ON chunk.document_id = e.document_id AND chunk.id = e.chunk_id
                WHERE d.id = ANY($1)
            ) near
            WHERE near.place <= $2 ORDER BY near.external_id, near.place
            """;

    private const string All = """
        SELECT d.external_id, c.ordinal, c.text, 0::float8
        FROM document d JOIN chunk c ON c.document_id = d.id WHERE d.id = ANY($1) ORDER BY d.external_id, c.ordinal
        """;

    /// <summary>Returns the hits of a page with their best chunks, best first.</summary>
    public async Task<List<SearchHit>> AddAsync(
        CollectionRecord collection,
        SearchPlan plan,
        RetrievalResult retrieved,
        IReadOnlyList<Candidate> page,
        List<SearchHit> hits,
        CancellationToken cancellationToken
    )
    {
        var chunks = hits.ToDictionary(hit => hit.Id, _ => new List<ChunkHit>());
        var rows = page.Select(candidate => candidate.DocumentId).ToArray();
        var vector = retrieved.Dense?.Query?.Vector;
        var words = vector is null ? retrieved.Terms ?? await lexical.PrepareAsync(collection, plan.Syntax, cancellationToken) : null;
        await using var command = vector is not null
            ? database.Command(ByVector(collection.Space), rows, plan.Chunks, vector)
            : database.Command(All, rows);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            // A document that was stored since the hits were read is not among them.
            if (chunks.TryGetValue(reader.GetString(0), out var found))
            {
                var text = reader.GetString(2);
                var score = words is null ? reader.GetDouble(3) : BestChunkScorer.Score(collection.Analyzer, text, words);
                found.Add(new ChunkHit(reader.GetInt32(1), text, score));
            }
        }

        return [.. hits.Select(hit => hit with { Chunks = [.. chunks[hit.Id].OrderByDescending(chunk => chunk.Score).Take(plan.Chunks)] })];
    }
}
