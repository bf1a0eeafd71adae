using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <summary>Writes the answers of a stream, one line each. A slow reader slows the writer.</summary>
internal sealed class StreamResponseWriter(PipeWriter output, StreamSettings settings)
{
    private const long FlushAfterBytes = 32 * 1024;

    private readonly Utf8JsonWriter _json = new(output);
    private long _lines;
    private long _embedded;
    private long _tokens;

    public async Task WriteAsync(StreamBatchResult batch, CancellationToken cancellationToken)
    {
        using var embeddings = Embeddings(batch).GetEnumerator();
        var next = embeddings.MoveNext();
        foreach (var line in batch.Lines)
        {
            _lines++;
            if (line.Problem is { } problem)
            {
                var error = new StreamLineError(line.Number, line.Id, problem);
                await WriteLineAsync(
                    writer => JsonSerializer.Serialize(writer, error, NativeJson.Default.StreamLineError),
                    cancellationToken
                );
                continue;
            }

            _embedded++;
            while (next && embeddings.Current.Line == line.Number)
            {
                var embedding = embeddings.Current;
                _tokens += embedding.Tokens;
                await WriteLineAsync(
                    writer => JsonSerializer.Serialize(writer, embedding, NativeJson.Default.NativeEmbedding),
                    cancellationToken
                );
                next = embeddings.MoveNext();
            }
        }

        await output.FlushAsync(cancellationToken);
    }

    public async Task EndAsync(string? error, CancellationToken cancellationToken)
    {
        var end = new StreamEnd(error is null, _lines, _embedded, _lines - _embedded, _tokens, settings.Model, error);
        await WriteLineAsync(writer => JsonSerializer.Serialize(writer, end, NativeJson.Default.StreamEnd), cancellationToken);
        await output.FlushAsync(cancellationToken);
        await _json.DisposeAsync();
    }

    private async ValueTask WriteLineAsync(Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        write(_json);
        _json.Flush();
        _json.Reset();
        output.Write("\n"u8);
        if (output.UnflushedBytes > FlushAfterBytes)
        {
            await output.FlushAsync(cancellationToken);
        }
    }

    private IEnumerable<NativeEmbedding> Embeddings(StreamBatchResult batch)
    {
        var (outputs, encoding) = (settings.Options.EmbeddingOutputs, settings.Options.VectorEncoding);
        foreach (var (lines, result) in batch.Embedded)
        {
            for (var i = 0; i < result.Items.Count; i++)
            {
                var embedding = NativeEmbedding.From(result, i, outputs, encoding);
                var line = lines[embedding.Index!.Value];
                yield return embedding with
                {
                    Index = null,
                    Line = line.Number,
                    Id = line.Id,
                };
            }
        }
    }
}
