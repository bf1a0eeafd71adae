using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Transfer;

/// <summary>
/// An open export: a header, a line per document in the order of first upload, a trailer. A resumed export reads everything for the
/// checksum but writes only the lines after its position, so that both parts together equal a whole export.
/// </summary>
internal sealed class CollectionExport(
    NpgsqlConnection connection,
    NpgsqlTransaction transaction,
    CollectionRecord collection,
    long version,
    long documents,
    long after
) : IAsyncDisposable
{
    private const int PageDocuments = 200;
    private const long PageBytes = 8_000_000;

    // A page of long texts ends early. The sizes are those on disk, which are known without reading the texts.
    private const string Page = """
        SELECT d.id, d.external_id, d.title, d.text, d.metadata::text, w.document_id IS NULL
        FROM (
            SELECT page.*, sum(pg_column_size(text)) OVER (ORDER BY id) - pg_column_size(text) AS before
            FROM (
                SELECT id, external_id, title, text, metadata FROM document WHERE collection_id = $1 AND id > $2 ORDER BY id LIMIT $3
            ) page
        ) d LEFT JOIN embedding_work w ON w.document_id = d.id
        WHERE d.before <= $4 ORDER BY d.id
        """;

    private static string Chunks(EmbeddingSpace space) =>
        $"""
            SELECT c.document_id, c.text, c.hash, c.vector_hash, v.embedding::real[]
            FROM chunk c JOIN {space.Table} v ON v.document_id = c.document_id AND v.chunk_id = c.id
            WHERE c.document_id = ANY($1) ORDER BY c.document_id, c.ordinal
            """;

    private static readonly JsonWriterOptions Options = new() { Encoder = TransferFormat.Json.Encoder };

    private readonly ArrayBufferWriter<byte> _line = new(64 * 1024);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Writes the lines.</summary>
    public async Task WriteAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(_line, Options);
        JsonSerializer.Serialize(
            json,
            new
            {
                Format = ExportHeader.FormatName,
                FormatVersion = ExportHeader.CurrentVersion,
                collection.Name,
                Version = version,
                Documents = documents,
                collection.Space.Revision,
                collection.Space.Dimension,
                Settings = TransferFormat.SettingsOf(collection),
            },
            TransferFormat.Json
        );
        await EndLineAsync(json, output, after == 0, cancellationToken);

        var (last, written, chunks) = (0L, 0L, 0L);
        while (await ReadPageAsync(last, cancellationToken) is { Count: > 0 } page)
        {
            var vectors = await ReadChunksAsync([.. page.Where(row => row.Embedded).Select(row => row.Row)], cancellationToken);
            foreach (var row in page)
            {
                var own = row.Embedded ? [.. vectors[row.Row]] : (List<ChunkRow>?)null;
                WriteDocument(json, row, own);
                await EndLineAsync(json, output, row.Row > after, cancellationToken);
                (last, written, chunks) = (row.Row, written + 1, chunks + (own?.Count ?? 0));
            }
        }

        JsonSerializer.Serialize(
            json,
            new ExportTrailer
            {
                End = true,
                Documents = written,
                Chunks = chunks,
                Sha256 = Convert.ToHexStringLower(_hash.GetCurrentHash()),
            },
            TransferFormat.Json
        );
        await EndLineAsync(json, output, true, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static void WriteDocument(Utf8JsonWriter json, DocumentRow row, List<ChunkRow>? chunks)
    {
        json.WriteStartObject();
        json.WriteString("id", row.Id);
        if (row.Title is not null)
        {
            json.WriteString("title", row.Title);
        }

        json.WriteString("text", row.Text);
        if (row.Metadata is not null)
        {
            json.WritePropertyName("metadata");
            json.WriteRawValue(row.Metadata);
        }

        // A document that waits to be embedded has none; one that has no text to embed has an empty list.
        if (chunks is not null)
        {
            json.WriteStartArray("chunks");
            foreach (var chunk in chunks)
            {
                json.WriteStartObject();
                json.WriteString("text", chunk.Text);
                json.WriteBase64String("hash", chunk.Hash);
                if (chunk.VectorHash is { } hash)
                {
                    json.WriteNumber("vector_hash", hash);
                }

                json.WriteBase64String("vector", MemoryMarshal.AsBytes(chunk.Vector.AsSpan()));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private async Task EndLineAsync(Utf8JsonWriter json, PipeWriter output, bool isWanted, CancellationToken cancellationToken)
    {
        await json.FlushAsync(cancellationToken);
        json.Reset();
        _line.Write("\n"u8);
        _hash.AppendData(_line.WrittenSpan);
        if (isWanted)
        {
            await output.WriteAsync(_line.WrittenMemory, cancellationToken);
        }

        _line.ResetWrittenCount();
    }

    private async Task<List<DocumentRow>> ReadPageAsync(long last, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(Page, collection.Id, last, PageDocuments, PageBytes);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<DocumentRow>(PageDocuments);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(
                new DocumentRow(
                    reader.GetInt64(0),
                    reader.GetString(1),
                    reader.GetStringOrNull(2),
                    reader.GetString(3),
                    reader.GetStringOrNull(4),
                    reader.GetBoolean(5)
                )
            );
        }

        return rows;
    }

    private async Task<ILookup<long, ChunkRow>> ReadChunksAsync(long[] rows, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(Chunks(collection.Space), rows);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var chunks = new List<ChunkRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            chunks.Add(
                new ChunkRow(
                    reader.GetInt64(0),
                    reader.GetString(1),
                    reader.GetFieldValue<byte[]>(2),
                    reader.IsDBNull(3) ? null : reader.GetInt64(3),
                    reader.GetFieldValue<float[]>(4)
                )
            );
        }

        return chunks.ToLookup(chunk => chunk.Document);
    }

    private sealed record DocumentRow(long Row, string Id, string? Title, string Text, string? Metadata, bool Embedded);

    private sealed record ChunkRow(long Document, string Text, byte[] Hash, long? VectorHash, float[] Vector);
}
