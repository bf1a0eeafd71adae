using System.Text.Json;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>The document behind a hit, with its best chunk as text.</summary>
internal sealed record HitContent(string Id, string? Title, string Text, JsonElement? Metadata);

internal sealed class HitLoader(SearchReads reads)
{
    private const int CharactersPerToken = 4;

    private const string Load = """
        SELECT d.id, d.external_id, d.title, d.metadata::text, coalesce(c.text, left(d.text, $3))
        FROM unnest($1::bigint[], $2::bigint[]) AS wanted(document_id, chunk_id)
        JOIN document d ON d.id = wanted.document_id
        LEFT JOIN chunk c ON c.id = wanted.chunk_id AND c.document_id = d.id
        """;

    private const string Chunks = "SELECT document_id, text FROM chunk WHERE document_id = ANY($1) ORDER BY document_id, ordinal";

    /// <summary>The documents by row; deleted ones are absent.</summary>
    public Task<Dictionary<long, HitContent>> LoadAsync(
        CollectionRecord collection,
        LexicalQuery? query,
        IReadOnlyCollection<Candidate> candidates,
        CancellationToken cancellationToken
    ) =>
        reads.ReadAsync(
            collection,
            batch => Add(batch, collection, candidates),
            (reader, token) => ReadAsync(reader, collection, query, token),
            cancellationToken
        );

    private static void Add(NpgsqlBatch batch, CollectionRecord collection, IReadOnlyCollection<Candidate> candidates)
    {
        batch.Add(
            Load,
            candidates.Select(candidate => candidate.DocumentId).ToArray(),
            candidates.Select(candidate => candidate.ChunkId ?? 0).ToArray(),
            collection.ChunkTokens * CharactersPerToken
        );
        // Without a query vector, the best chunk is the one that matches most terms; a document without chunks shows the beginning of
        // its text.
        long[] open = [.. candidates.Where(candidate => candidate.ChunkId is null).Select(candidate => candidate.DocumentId)];
        if (open.Length > 0)
        {
            batch.Add(Chunks, open);
        }
    }

    private static async Task<Dictionary<long, HitContent>> ReadAsync(
        NpgsqlDataReader reader,
        CollectionRecord collection,
        LexicalQuery? query,
        CancellationToken cancellationToken
    )
    {
        var contents = new Dictionary<long, HitContent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            JsonElement? metadata = reader.GetStringOrNull(3) is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : null;
            contents[reader.GetInt64(0)] = new HitContent(reader.GetString(1), reader.GetStringOrNull(2), reader.GetString(4), metadata);
        }

        var chunks = new List<(long Document, string Text)>();
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            chunks.Add((reader.GetInt64(0), reader.GetString(1)));
        }

        foreach (var of in chunks.GroupBy(chunk => chunk.Document, chunk => chunk.Text))
        {
            if (contents.TryGetValue(of.Key, out var content))
            {
                contents[of.Key] = content with { Text = Best(collection, query, [.. of]) };
            }
        }

        return contents;
    }

    private static string Best(CollectionRecord collection, LexicalQuery? query, IReadOnlyList<string> chunks) =>
        query is null || chunks.Count == 1 ? chunks[0] : chunks.MaxBy(chunk => BestChunkScorer.Score(collection.Analyzer, chunk, query))!;
}
