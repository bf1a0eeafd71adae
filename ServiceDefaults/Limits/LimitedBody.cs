using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EmbedPlatform.ServiceDefaults.Limits;

// A body that refuses to be read beyond the limit, which routes may lift before they read, as they may the server's own.
internal sealed class LimitedBody(Stream inner, long? limit) : ReadBody, IHttpMaxRequestBodySizeFeature
{
    private long _read;

    public bool IsReadOnly => _read > 0;

    public long? MaxRequestBodySize
    {
        get => limit;
        set => limit = IsReadOnly ? throw new InvalidOperationException("The body is being read; its limit is settled.") : value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Checked(inner.Read(buffer, offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Checked(await inner.ReadAsync(buffer, cancellationToken));

    private int Checked(int read)
    {
        _read += read;
        return _read <= limit || limit is null
            ? read
            : throw new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge);
    }
}
