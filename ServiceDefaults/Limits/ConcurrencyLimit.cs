using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Http;

namespace EmbedPlatform.ServiceDefaults.Limits;

// The engine bounds the work; this bounds the bodies and answers that lie in memory before and after it.
internal sealed class ConcurrencyLimit(RequestDelegate next, int most)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private int _running;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<UnlimitedRoute>() is not null)
        {
            await next(context);
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _running) > most)
            {
                await Problems.Busy(AskAgain, $"The service is busy with {most} requests (option {LimitsOptions.SectionName}:{nameof(LimitsOptions.MaxConcurrentRequests)}).")
                    .ExecuteAsync(context);
                return;
            }

            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}

// A route that has to answer whatever the load.
internal sealed record UnlimitedRoute;
