using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace EmbedPlatform.Client.Http;

/// <summary>A request body of lines of JSON (<c>application/x-ndjson</c>) from a stream, which stays open.</summary>
internal sealed class LinesContent : HttpContent
{
    private const int BufferBytes = 64 * 1024;

    private readonly Stream _lines;

    internal LinesContent(Stream lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        _lines = lines;
        Headers.ContentType = new MediaTypeHeaderValue(NdjsonContent<object>.MediaType);
    }

    /// <summary>The exception that the source threw, if any.</summary>
    internal Exception? SourceFailure { get; private set; }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var length)
            {
                await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _lines.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Wrapped, so that a source's exception is never mistaken for a connection failure.
            SourceFailure = failure;
            throw new IOException("The stream of lines failed.", failure);
        }
    }
}
