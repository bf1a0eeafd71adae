using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EmbedPlatform.Client.Http;

/// <summary>A request body with one JSON value per line (<c>application/x-ndjson</c>), written as the source produces it.</summary>
/// <remarks>Holds one buffer at a time; it reads the next item only after the connection has accepted the previous buffer.</remarks>
internal sealed class NdjsonContent<T> : HttpContent
{
    internal const string MediaType = "application/x-ndjson";

    private const int BufferBytes = 32 * 1024;

    private readonly IAsyncEnumerable<T> _items;
    private readonly JsonTypeInfo<T> _type;
    private bool _sent;

    internal NdjsonContent(IAsyncEnumerable<T> items, JsonTypeInfo<T> type)
    {
        _items = items;
        _type = type;
        Headers.ContentType = new MediaTypeHeaderValue(MediaType);
    }

    /// <summary>The exception that the source threw, if any.</summary>
    internal Exception? SourceFailure { get; private set; }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_sent)
        {
            throw new IOException("A stream of documents can be sent only once; it cannot be retried.");
        }

        _sent = true;
        var buffer = new ArrayBufferWriter<byte>(BufferBytes);
        using var writer = new Utf8JsonWriter(buffer);
        await using var source = _items.GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(source).ConfigureAwait(false))
        {
            JsonSerializer.Serialize(writer, source.Current, _type);
            writer.Reset();
            buffer.Write("\n"u8);
            if (buffer.WrittenCount >= BufferBytes)
            {
                await stream.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
                buffer.ResetWrittenCount();
            }
        }

        await stream.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<T> source)
    {
        try
        {
            return await source.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Wrapped, so that a source's exception is never mistaken for a connection failure.
            SourceFailure = failure;
            throw new IOException("The stream of documents failed.", failure);
        }
    }
}
