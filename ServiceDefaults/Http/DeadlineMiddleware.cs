using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EmbedPlatform.ServiceDefaults.Http;

// Answers 504 when the deadline of a request passes, whatever the route, and cancels the work for it.
internal sealed class DeadlineMiddleware(RequestDelegate next)
{
    // Lets components with a deadline of their own, such as the engine, answer first.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(20);

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Headers.ContainsKey(RequestDeadline.Header) ? WithinAsync(context) : next(context);

    private async Task WithinAsync(HttpContext context)
    {
        var wait = RequestDeadline.Read(context.Request.Headers[RequestDeadline.Header]);
        var (disconnected, response) = (context.RequestAborted, context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        using var deadline = new ResponseDeadline(wait + Slack, disconnected);
        context.RequestAborted = deadline.Token;
        var body = new DeadlineRequestBody(context.Request.Body, disconnected);
        context.Request.Body = body;
        context.Features.Set<IHttpResponseBodyFeature>(new DeadlineResponseBody(response, deadline, disconnected));
        CallDeadline.Current = DateTimeOffset.UtcNow + wait;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !disconnected.IsCancellationRequested)
        {
            // Answered below, which also covers handlers that swallow the exception.
        }
        finally
        {
            context.RequestAborted = disconnected;
            context.Features.Set(response);
        }

        if (deadline.HasPassed && !context.Response.HasStarted)
        {
            context.Response.Clear();
            var message = $"The request was not answered within {wait.TotalMilliseconds:F0} ms (header {RequestDeadline.Header}).";
            await Problems.TooLate(message).ExecuteAsync(context);
        }

        await body.EndAsync(context);
    }
}
