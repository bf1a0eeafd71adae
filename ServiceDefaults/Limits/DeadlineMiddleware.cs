using EmbedPlatform.ServiceDefaults.Calls;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

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
        var (gone, answer) = (context.RequestAborted, context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        using var deadline = new AnswerDeadline(wait + Slack, gone);
        context.RequestAborted = deadline.Token;
        var body = new UninterruptedBody(context.Request.Body, gone);
        context.Request.Body = body;
        context.Features.Set<IHttpResponseBodyFeature>(new WholeAnswer(answer, deadline, gone));
        CallDeadline.Current = DateTimeOffset.UtcNow + wait;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !gone.IsCancellationRequested)
        {
            // Said below, as it is where somebody has swallowed this.
        }
        finally
        {
            context.RequestAborted = gone;
            context.Features.Set(answer);
        }

        if (deadline.HasPassed && !context.Response.HasStarted)
        {
            context.Response.Clear();
            await Problems.TooLate($"The request was not answered within {wait.TotalMilliseconds:F0} ms ({RequestDeadline.Header}).").ExecuteAsync(context);
        }

        await body.EndAsync(context);
    }
}
