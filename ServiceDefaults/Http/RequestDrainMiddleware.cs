using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EmbedPlatform.ServiceDefaults.Http;

// A client that sends an oversized body is often still sending when the response is ready. Closing the connection then resets it, and the
// client sees a broken pipe instead of the 413. So the rest is read and discarded for a while, as RFC 9112 (section 9.6) advises.
internal sealed class RequestDrainMiddleware(RequestDelegate next)
{
    private const long MaxDrainedBytes = 64 << 20;
    private static readonly TimeSpan MaxDrainTime = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext context)
    {
        var feature = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        var body = context.Request.Body;
        if (
            feature is { IsReadOnly: false }
            && context.Request.ContentLength is null
            && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
        )
        {
            // For a body without a declared length, Kestrel reads nothing beyond its own limit; LimitedBody replaces that.
            var limited = new LimitedBody(body, feature.MaxRequestBodySize);
            feature.MaxRequestBodySize = null;
            context.Features.Set<IHttpMaxRequestBodySizeFeature>(limited);
            context.Request.Body = limited;
        }

        await next(context);
        if (context.Response.StatusCode == StatusCodes.Status413PayloadTooLarge && feature is not null)
        {
            await context.Response.CompleteAsync();
            if (feature is { IsReadOnly: false })
            {
                feature.MaxRequestBodySize = null;
            }

            await DrainAsync(body, context.RequestAborted);
        }
    }

    private static async Task DrainAsync(Stream body, CancellationToken aborted)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        timeout.CancelAfter(MaxDrainTime);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (var drained = 0L; drained < MaxDrainedBytes;)
            {
                var read = await body.ReadAsync(buffer, timeout.Token);
                if (read == 0)
                {
                    return;
                }

                drained += read;
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client has disconnected or is too slow, or the server has closed the body. The response has been sent.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
