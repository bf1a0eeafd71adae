using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>
/// Loads the passages to rerank: the beginning of each document, which usually states its topic, and for a longer document also the
/// nearest chunk with its neighbours, if there is a query vector. A single chunk, sized for an embedding model, can be too short for
/// a reranker to judge.
/// </summary>
internal sealed class PassageLoader(SearchReads reads, IOptions<SearchOptions> options)
{
    private const string Load = """
        SELECT d.id, d.title, left(d.text, $3), best.text, near.text
        FROM unnest($1::bigint[], $2::bigint[]) AS wanted(document_id, chunk_id)
        JOIN document d ON d.id = wanted.document_id
        LEFT JOIN chunk best ON best.id = wanted.chunk_id AND best.document_id = d.id AND best.ordinal > 0 AND length(d.text) > $3
        LEFT JOIN LATERAL (
            SELECT left(string_agg(chunk.text, ' ' ORDER BY chunk.ordinal), $3) AS text FROM chunk
            WHERE chunk.document_id = d.id AND chunk.ordinal BETWEEN best.ordinal - 1 AND best.ordinal + 1
        ) near ON best.id IS NOT NULL
        """;

    /// <summary>One or two passages per document, by row; deleted documents are absent.</summary>
    public Task<Dictionary<long, IReadOnlyList<string>>> LoadAsync(
        CollectionRecord collection,
        IReadOnlyCollection<Candidate> candidates,
        CancellationToken cancellationToken
    ) =>
        reads.ReadAsync(
            collection,
            batch =>
                batch.Add(
                    Load,
                    candidates.Select(candidate => candidate.DocumentId).ToArray(),
                    candidates.Select(candidate => candidate.ChunkId ?? 0).ToArray(),
                    options.Value.PassageLength
                ),
            ReadAsync,
            cancellationToken
        );

    private static async Task<Dictionary<long, IReadOnlyList<string>>> ReadAsync(
        NpgsqlDataReader reader,
        CancellationToken cancellationToken
    )
    {
        var passages = new Dictionary<long, IReadOnlyList<string>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (title, beginning, best, near) = (
                reader.GetStringOrNull(1),
                reader.GetString(2),
                reader.GetStringOrNull(3),
                reader.GetStringOrNull(4)
            );
            passages[reader.GetInt64(0)] =
                best is null || near is null || beginning.Contains(best, StringComparison.Ordinal)
                    ? [Under(title, beginning)]
                    : [Under(title, beginning), Under(title, near)];
        }

        return passages;
    }

    private static string Under(string? title, string text) => title is null ? text : $"{title}\n{text}";
}
