using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using EmbedPlatform.EmbedService.Http;

namespace EmbedPlatform.EmbedService.Embedding.Streaming;

/// <summary>Writes the answers of a stream, one line each, no faster than they are read.</summary>
internal sealed class StreamWriter(PipeWriter output, StreamRun run)
{
    private const long FlushAfter = 32 * 1024;

    private readonly Utf8JsonWriter _json = new(output);
    private long _lines;
    private long _embedded;
    private long _tokens;

    public async Task WriteAsync(BatchAnswer batch, CancellationToken cancellationToken)
    {
        using var items = Items(batch).GetEnumerator();
        var next = items.MoveNext();
        foreach (var entry in batch.Entries)
        {
            _lines++;
            if (entry.Problem is { } problem)
            {
                await WriteAsync(writer => JsonSerializer.Serialize(writer, new StreamFailure(entry.Line, entry.Id, problem), EmbedJson.Default.StreamFailure), cancellationToken);
                continue;
            }

            _embedded++;
            while (next && items.Current.Line == entry.Line)
            {
                var item = items.Current;
                _tokens += item.Tokens;
                await WriteAsync(writer => JsonSerializer.Serialize(writer, item, EmbedJson.Default.EmbedItem), cancellationToken);
                next = items.MoveNext();
            }
        }

        await output.FlushAsync(cancellationToken);
    }

    public async Task EndAsync(string? failure, CancellationToken cancellationToken)
    {
        var end = new StreamEnd(failure is null, _lines, _embedded, _lines - _embedded, _tokens, run.Model, failure);
        await WriteAsync(writer => JsonSerializer.Serialize(writer, end, EmbedJson.Default.StreamEnd), cancellationToken);
        await output.FlushAsync(cancellationToken);
        await _json.DisposeAsync();
    }

    private async ValueTask WriteAsync(Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        write(_json);
        _json.Flush();
        _json.Reset();
        output.Write("\n"u8);
        if (output.UnflushedBytes > FlushAfter)
        {
            await output.FlushAsync(cancellationToken);
        }
    }

    private IEnumerable<EmbedItem> Items(BatchAnswer batch)
    {
        var (outputs, encoding) = (run.Settings.Forms(), run.Settings.VectorEncoding);
        foreach (var (entries, result) in batch.Embeddings)
        {
            for (var i = 0; i < result.Items.Count; i++)
            {
                var item = EmbedItem.Of(result, i, outputs, encoding);
                var entry = entries[item.Index!.Value];
                yield return item with { Index = null, Line = entry.Line, Id = entry.Id };
            }
        }
    }
}
