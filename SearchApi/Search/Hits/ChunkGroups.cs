using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Dense;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>Finds the best chunks of each hit: the nearest ones, or without a query vector those that match most query terms.</summary>
internal sealed class ChunkGroups(SearchReads reads, LexicalSearch lexical)
{
    // The order deliberately cannot use the HNSW index: each document has few chunks, and all of them are compared.
    private static string ByVector(EmbeddingSpace space) =>
        $"""
            SELECT near.external_id, near.ordinal, near.text, near.score
            FROM (
                SELECT d.external_id, e.chunk_id, chunk.ordinal, chunk.text, {DenseSearch.Similarity(space, "$3")} AS score,
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
        RetrievalResult found,
        IReadOnlyList<Candidate> page,
        List<SearchHit> hits,
        CancellationToken cancellationToken
    )
    {
        var documents = page.Select(candidate => candidate.DocumentId).ToArray();
        var vector = found.Dense?.Query?.Vector;
        var words = vector is null ? found.Terms ?? await lexical.PrepareAsync(collection, plan.Syntax, cancellationToken) : null;
        var chunks = await reads.ReadAsync(
            collection,
            batch =>
            {
                if (vector is not null)
                {
                    batch.Add(ByVector(collection.Space), documents, plan.Chunks, vector);
                }
                else
                {
                    batch.Add(All, documents);
                }
            },
            (reader, token) => ReadAsync(reader, collection, words, token),
            cancellationToken
        );
        return [.. hits.Select(hit => hit with { Chunks = [.. chunks[hit.Id].OrderByDescending(chunk => chunk.Score).Take(plan.Chunks)] })];
    }

    private static async Task<ILookup<string, ChunkHit>> ReadAsync(
        NpgsqlDataReader reader,
        CollectionRecord collection,
        LexicalQuery? words,
        CancellationToken cancellationToken
    )
    {
        var chunks = new List<(string Id, ChunkHit Chunk)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var text = reader.GetString(2);
            var score = words is null ? reader.GetDouble(3) : BestChunkScorer.Score(collection.Analyzer, text, words);
            chunks.Add((reader.GetString(0), new ChunkHit(reader.GetInt32(1), text, score)));
        }

        return chunks.ToLookup(pair => pair.Id, pair => pair.Chunk);
    }
}
