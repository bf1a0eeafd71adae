using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace EmbedPlatform.ServiceDefaults.Limits;

// A body whose reads only the sender's leaving cancels. One that a deadline cancels leaves the server's reader in the middle of a read: it cannot throw the rest
// of the body away then and resets the connection, and the sender, still sending, sees a broken pipe instead of the 504. So who reads stops waiting, not the read.
internal sealed class UninterruptedBody(Stream inner, CancellationToken gone) : ReadBody
{
    private const int MostAtOnce = 64 * 1024;

    /// <summary>How long a sender who was answered is waited for.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private byte[] _buffer = [];
    private Task<int>? _pending;

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_pending is not null)
        {
            throw new InvalidOperationException("A read of this body was given up; the rest of it is not to be had.");
        }

        if (buffer.IsEmpty)
        {
            return 0;
        }

        // No larger than it is asked for: the pool keeps as many as there ever were senders at a time.
        var most = Math.Min(buffer.Length, MostAtOnce);
        if (_buffer.Length < most)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(most);
        }

        _pending = inner.ReadAsync(_buffer.AsMemory(0, most), gone).AsTask();
        var read = await _pending.WaitAsync(cancellationToken);
        _pending = null;
        _buffer.AsSpan(0, read).CopyTo(buffer.Span);
        return read;
    }

    /// <summary>Ends the answer and, where a read is still under way, waits for it: the server can throw away only what nobody reads.</summary>
    /// <param name="context">The request, which is answered.</param>
    public async Task EndAsync(HttpContext context)
    {
        if (_pending is { } pending)
        {
            await context.Response.CompleteAsync();
            await Task.WhenAny(pending, Task.Delay(LongestWait, gone));
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
