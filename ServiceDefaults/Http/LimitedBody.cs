using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EmbedPlatform.ServiceDefaults.Http;

// A body with a size limit. Like the server's own limit, a route can lift it before reading.
internal sealed class LimitedBody(Stream inner, long? limit) : ReadOnlyRequestStream, IHttpMaxRequestBodySizeFeature
{
    private long _read;

    public bool IsReadOnly => _read > 0;

    public long? MaxRequestBodySize
    {
        get => limit;
        set =>
            limit = IsReadOnly
                ? throw new InvalidOperationException("The limit of a body cannot change after reading has started.")
                : value;
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
