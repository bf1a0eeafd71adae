using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Hosting;

/// <summary>Shuts a service down without failing the requests it has accepted.</summary>
internal static class DrainExtensions
{
    /// <summary>Time for the rest of the shutdown after the drain.</summary>
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public static void AddDraining(this IServiceCollection services)
    {
        services.AddSingleton<Drain>();
        services.AddHostedService<DrainOnShutdown>();
        services.AddHealthChecks().AddCheck<DrainHealthCheck>("accepting");
        services
            .AddOptions<HostOptions>()
            .Configure<IOptions<LimitsOptions>>(
                (host, limits) =>
                {
                    try
                    {
                        host.ShutdownTimeout = TimeSpan.FromSeconds(limits.Value.DrainSeconds) + AfterDrain;
                    }
                    catch (Exception invalid) when (invalid is OptionsValidationException or InvalidOperationException)
                    {
                        // Validation at startup reports the invalid option.
                    }
                }
            );
        services.MapProblems(map => map.Map<DrainingException>(draining => Problems.Unavailable(RetryAfter, draining.Message)));
    }

    public static void UseDraining(this WebApplication app) =>
        app.Use(
            async (context, next) =>
            {
                if (context.GetEndpoint()?.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null)
                {
                    await next(context);
                    return;
                }

                var drain = context.RequestServices.GetRequiredService<Drain>();
                if (!drain.TryEnter())
                {
                    context.Response.Headers.Connection = "close";
                    throw new DrainingException();
                }

                try
                {
                    await RunAsync(context, next, drain);
                }
                finally
                {
                    drain.Leave();
                }
            }
        );

    private static async Task RunAsync(HttpContext context, RequestDelegate next, Drain drain)
    {
        var caller = context.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(caller, drain.Expired);
        context.RequestAborted = either.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (drain.Expired.IsCancellationRequested && !caller.IsCancellationRequested)
        {
            throw new DrainingException();
        }
        finally
        {
            context.RequestAborted = caller;
        }
    }

    private sealed class DrainHealthCheck(Drain drain) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(drain.HasBegun ? HealthCheckResult.Unhealthy("draining") : HealthCheckResult.Healthy());
    }
}

/// <summary>Delays the shutdown, with the server still listening, until requests have ended or timed out.</summary>
internal sealed class DrainOnShutdown(Drain drain, IOptions<LimitsOptions> limits) : IHostedLifecycleService
{
    private static readonly TimeSpan CancelTimeout = TimeSpan.FromSeconds(3);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        drain.Begin();
        try
        {
            await drain.EndAsync(TimeSpan.FromSeconds(limits.Value.DrainSeconds), CancelTimeout, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host's shutdown timeout has passed.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
