using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Documents;
using EmbedPlatform.SearchApi.Ingestion;

namespace EmbedPlatform.SearchApi.Transfer;

/// <summary>A document of an export.</summary>
/// <param name="Chunks">Its chunks with their vectors; null if it has to be embedded.</param>
internal sealed record ImportedDocument(DocumentInput Document, IReadOnlyList<EmbeddedChunk>? Chunks);

/// <summary>A line after the header: a document, a trailer or an error.</summary>
internal readonly record struct ImportLine(ImportedDocument? Document, ExportTrailer? Trailer, ImportError? Error)
{
    /// <summary>Parses a line.</summary>
    /// <param name="takesVectors">Whether the collection takes over vectors.</param>
    public static ImportLine Parse(CollectionRecord collection, long number, ReadOnlySequence<byte> line, bool takesVectors)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return Parse(collection, number, json.RootElement, takesVectors);
        }
        catch (JsonException)
        {
            return Fault(number, null, null, "The line is not valid JSON.");
        }
    }

    public static ImportLine Fault(long number, string? id, string? field, string reason) =>
        new(null, null, new ImportError(number, id, field, reason));

    private static ImportLine Parse(CollectionRecord collection, long number, JsonElement json, bool takesVectors)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("end", out var end) && end.ValueKind == JsonValueKind.True)
        {
            return new ImportLine(null, json.Deserialize<ExportTrailer>(TransferFormat.Json), null);
        }

        var parsed = DocumentParser.Parse(collection, number, json);
        if (parsed.Document is not { } document)
        {
            return Fault(number, parsed.Error!.Id, parsed.Error.Field, parsed.Error.Reason);
        }

        if (!takesVectors || !json.TryGetProperty("chunks", out var chunks) || chunks.ValueKind == JsonValueKind.Null)
        {
            return new ImportLine(new ImportedDocument(document, null), null, null);
        }

        if (chunks.ValueKind != JsonValueKind.Array)
        {
            return Fault(number, document.Id, "chunks", "must be an array");
        }

        var read = new List<EmbeddedChunk>(chunks.GetArrayLength());
        foreach (var chunk in chunks.EnumerateArray())
        {
            if (ReadChunk(chunk, collection.Space.Dimension, out var field, out var reason) is not { } embedded)
            {
                return Fault(number, document.Id, $"chunks[{read.Count}]{field}", reason);
            }

            read.Add(embedded);
        }

        return new ImportLine(new ImportedDocument(document, read), null, null);
    }

    private static EmbeddedChunk? ReadChunk(JsonElement chunk, int dimension, out string field, out string reason)
    {
        (field, reason) = (string.Empty, "must be an object");
        if (chunk.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        (field, reason) = (".text", "must be a string");
        if (!chunk.TryGetProperty("text", out var text) || text.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        (field, reason) = (".hash", "must be base64");
        if (!chunk.TryGetProperty("hash", out var hash) || Bytes(hash) is not { } hashed)
        {
            return null;
        }

        (field, reason) = (".vector_hash", "must be a whole number of 64 bits");
        long? vectorHash = null;
        if (chunk.TryGetProperty("vector_hash", out var known))
        {
            if (known.ValueKind != JsonValueKind.Number || !known.TryGetInt64(out var number))
            {
                return null;
            }

            vectorHash = number;
        }

        (field, reason) = (".vector", "must be base64 of little-endian float32");
        if (!chunk.TryGetProperty("vector", out var vector) || Bytes(vector) is not { } bytes || bytes.Length % sizeof(float) != 0)
        {
            return null;
        }

        var numbers = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        if (VectorValidator.Fault(numbers, dimension) is { } fault)
        {
            reason = $"is {fault}";
            return null;
        }

        try
        {
            return new EmbeddedChunk(text.GetString()!, hashed, numbers, null) { VectorHash = vectorHash };
        }
        catch (InvalidOperationException)
        {
            (field, reason) = (".text", "is not valid Unicode");
            return null;
        }
    }

    private static byte[]? Bytes(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes) ? bytes : null;
}
