namespace EmbedPlatform.ServiceDefaults.Limits;

// A body whose reads only the sender's leaving cancels. One that a deadline cancels leaves the server's reader in the middle of a read: it cannot throw the rest
// of the body away then and resets the connection, and the sender, still sending, sees a broken pipe instead of the 504.
internal sealed class UninterruptedBody(Stream inner, CancellationToken gone) : ReadBody
{
    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await inner.ReadAsync(buffer, gone);
    }
}
