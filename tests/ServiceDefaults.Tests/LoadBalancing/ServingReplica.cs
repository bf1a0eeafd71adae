using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EmbedPlatform.ServiceDefaults.Tests.LoadBalancing;

/// <summary>A real server that answers <c>POST /work</c> with what it was sent, or misbehaves as told.</summary>
internal sealed class ServingReplica : IAsyncDisposable
{
    private int _calls;

    public SampleService Service { get; private set; } = null!;

    public int Calls => _calls;

    public TaskCompletionSource Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="status">The status of its answers.</param>
    /// <param name="retryAfter">Seconds in <c>Retry-After</c>.</param>
    /// <param name="until">So many calls get that; those after them 200.</param>
    /// <param name="abort">Whether it breaks the connection instead of answering.</param>
    /// <param name="abortAfterHalf">Whether it breaks the connection in the middle of the answer.</param>
    /// <param name="hang">Whether it never answers.</param>
    public static async Task<ServingReplica> StartAsync(
        int status = 200,
        int? retryAfter = null,
        int until = int.MaxValue,
        bool abort = false,
        bool abortAfterHalf = false,
        bool hang = false
    )
    {
        var replica = new ServingReplica();
        replica.Service = await SampleService.StartAsync(map: app =>
            app.MapPost(
                "/work",
                (RequestDelegate)(
                    async context =>
                    {
                        var call = Interlocked.Increment(ref replica._calls);
                        replica.Called.TrySetResult();
                        var text = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
                        if (hang)
                        {
                            await Task.Delay(Timeout.Infinite, context.RequestAborted);
                        }

                        if (abort)
                        {
                            context.Abort();
                            return;
                        }

                        context.Response.StatusCode = call <= until ? status : 200;
                        if (context.Response.StatusCode != 200 && retryAfter is not null)
                        {
                            context.Response.Headers.RetryAfter = $"{retryAfter}";
                        }

                        if (abortAfterHalf)
                        {
                            context.Response.ContentLength = 2 * text.Length;
                        }

                        await context.Response.WriteAsync(text, context.RequestAborted);
                        if (abortAfterHalf)
                        {
                            await context.Response.Body.FlushAsync(context.RequestAborted);
                            context.Abort();
                        }
                    }
                )
            )
        );
        return replica;
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
