using System.Collections.Concurrent;
using Polly;

namespace Microsoft.Extensions.Http.Resilience;

// One pipeline, and so one circuit, per address that is called: what breaks one service says nothing about another.
internal sealed class ResilienceHttpHandler(
    ConcurrentDictionary<string, ResiliencePipeline<HttpResponseMessage>> pipelines,
    Func<ResiliencePipeline<HttpResponseMessage>> build) : DelegatingHandler
{
    public static readonly ResiliencePropertyKey<HttpRequestMessage> Request = new("Resilience.Http.RequestMessage");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var pipeline = pipelines.GetOrAdd(request.RequestUri?.Authority ?? "", _ => build());
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Request, request);
        try
        {
            return await pipeline.ExecuteAsync(
                static async (context, state) => await state.Handler.SendOnce(state.Request, context.CancellationToken).ConfigureAwait(false),
                context,
                (Handler: this, Request: request)).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private Task<HttpResponseMessage> SendOnce(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);
}
