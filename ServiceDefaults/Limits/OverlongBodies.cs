using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EmbedPlatform.ServiceDefaults.Limits;

// Who sends a body that is too long is often still sending when the answer is there. A server that then closes the connection resets it, and the sender
// sees a broken pipe instead of the 413. So the rest is read and thrown away for a while, as RFC 9112 (section 9.6) advises.
internal sealed class OverlongBodies(RequestDelegate next)
{
    private const long MostDrained = 64 << 20;
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext context)
    {
        var feature = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        var sent = context.Request.Body;
        if (feature is { IsReadOnly: false } && context.Request.ContentLength is null && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            // Of a body that does not say its length the server reads nothing beyond its own limit, so this one takes its place.
            var limited = new LimitedBody(sent, feature.MaxRequestBodySize);
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

            await DrainAsync(sent, context.RequestAborted);
        }
    }

    private static async Task DrainAsync(Stream body, CancellationToken aborted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        patience.CancelAfter(LongestDrain);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (var drained = 0L; drained < MostDrained;)
            {
                var read = await body.ReadAsync(buffer, patience.Token);
                if (read == 0)
                {
                    return;
                }

                drained += read;
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The sender is gone, or takes too long, or the server has closed the body: it had its answer.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
