using EmbedPlatform.ServiceDefaults.Calls;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Http;

namespace EmbedPlatform.ServiceDefaults.Limits;

// A caller who said how long it waits gets 504 then, from every route, and what works for it is told to stop.
internal sealed class DeadlineMiddleware(RequestDelegate next)
{
    // What knows deadlines itself, as the engine does, answers first.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(20);

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Headers.ContainsKey(RequestDeadline.Header) ? WithinAsync(context) : next(context);

    private async Task WithinAsync(HttpContext context)
    {
        var wait = RequestDeadline.Read(context.Request.Headers[RequestDeadline.Header]);
        var gone = context.RequestAborted;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(gone);
        deadline.CancelAfter(wait + Slack);
        context.RequestAborted = deadline.Token;
        context.Request.Body = new UninterruptedBody(context.Request.Body, gone);
        CallDeadline.Current = DateTimeOffset.UtcNow + wait;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !gone.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.RequestAborted = gone;
            context.Response.Clear();
            await Problems.TooLate($"The request was not answered within {wait.TotalMilliseconds:F0} ms ({RequestDeadline.Header}).").ExecuteAsync(context);
        }
        finally
        {
            context.RequestAborted = gone;
        }
    }
}
