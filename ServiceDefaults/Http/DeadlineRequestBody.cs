using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace EmbedPlatform.ServiceDefaults.Http;

// A body whose reads are cancelled only by a disconnect. If a deadline cancelled a read, the server could not discard the rest of the body
// and would reset the connection: a client that is still sending would see a broken pipe instead of the 504. So the reader stops waiting,
// but the read goes on.
internal sealed class DeadlineRequestBody(Stream inner, CancellationToken disconnected) : ReadOnlyRequestStream
{
    private const int MaxReadBytes = 64 * 1024;

    /// <summary>Time for the pending read after the response.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private byte[] _buffer = [];
    private Task<int>? _pending;

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_pending is not null)
        {
            throw new InvalidOperationException("A read of this body was abandoned; it cannot be read any further.");
        }

        if (buffer.IsEmpty)
        {
            return 0;
        }

        // No larger than requested: the pool keeps one buffer for every concurrent sender there ever was.
        var size = Math.Min(buffer.Length, MaxReadBytes);
        if (_buffer.Length < size)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(size);
        }

        _pending = inner.ReadAsync(_buffer.AsMemory(0, size), disconnected).AsTask();
        var read = await _pending.WaitAsync(cancellationToken);
        _pending = null;
        _buffer.AsSpan(0, read).CopyTo(buffer.Span);
        return read;
    }

    /// <summary>Completes the response and waits for a pending read: the server can only discard a body that is not being read.</summary>
    public async Task EndAsync(HttpContext context)
    {
        if (_pending is { } pending)
        {
            await context.Response.CompleteAsync();
            await Task.WhenAny(pending, Task.Delay(MaxWait, disconnected));
            if (!pending.IsCompleted)
            {
                context.Abort();
                return;
            }

            _ = pending.Exception;
        }

        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
