using System.Text.Json;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary>What an answer shows of a document.</summary>
internal sealed record HitContent(string Id, string? Title, string Text, JsonElement? Metadata);

/// <summary>Loads the documents of an answer with their best chunk.</summary>
internal sealed class HitLoader(NpgsqlDataSource database)
{
    private const int CharactersPerToken = 4;

    // Without a query vector the best chunk is the one that matches most of the words; without chunks it is the text's beginning.
    private const string Load = """
        SELECT d.id, d.external_id, d.title, d.metadata::text, coalesce(c.text, left(d.text, $5))
        FROM unnest($1::bigint[], $2::bigint[]) AS wanted(document_id, chunk_id)
        JOIN document d ON d.id = wanted.document_id
        LEFT JOIN LATERAL (
            SELECT chunk.text FROM chunk
            WHERE chunk.document_id = d.id AND (chunk.id = wanted.chunk_id OR wanted.chunk_id = 0)
            ORDER BY CASE WHEN wanted.chunk_id = 0 THEN ts_rank(to_tsvector($3::text::regconfig, chunk.text), $4::text::tsquery) END DESC, chunk.ordinal
            LIMIT 1
        ) c ON true
        """;

    /// <summary>The documents by their row; one that was deleted meanwhile is absent.</summary>
    public async Task<Dictionary<long, HitContent>> LoadAsync(
        CollectionRow collection, LexicalQuery? query, IReadOnlyCollection<Candidate> candidates, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<long, HitContent>(candidates.Count);
        await using var command = database.Command(
            Load,
            candidates.Select(candidate => candidate.DocumentId).ToArray(),
            candidates.Select(candidate => candidate.ChunkId ?? 0).ToArray(),
            collection.Language,
            query?.ToTsQuery() ?? string.Empty,
            collection.ChunkTokens * CharactersPerToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            JsonElement? metadata = reader.GetStringOrNull(3) is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : null;
            contents[reader.GetInt64(0)] = new HitContent(reader.GetString(1), reader.GetStringOrNull(2), reader.GetString(4), metadata);
        }

        return contents;
    }
}
