using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Draining;

/// <summary>Ends a service without failing what it has taken.</summary>
internal static class DrainExtensions
{
    /// <summary>What the rest of the shutdown may take after the drain.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ElsewhereAt = TimeSpan.FromSeconds(1);

    public static void AddDraining(this IServiceCollection services)
    {
        services.AddSingleton<Drain>();
        services.AddHostedService<DrainAtEnd>();
        services.AddHealthChecks().AddCheck<DrainHealthCheck>("accepting");
        services.AddOptions<HostOptions>().Configure<IOptions<LimitsOptions>>((host, limits) =>
        {
            try
            {
                host.ShutdownTimeout = TimeSpan.FromSeconds(limits.Value.DrainSeconds) + Rest;
            }
            catch (Exception wrong) when (wrong is OptionsValidationException or InvalidOperationException)
            {
                // Too early to explain a wrong option; the validation at start stops it in one line.
            }
        });
        services.MapProblems(map => map.Map<DrainingException>(ending => Problems.Unavailable(ElsewhereAt, ending.Message)));
    }

    public static void UseDraining(this WebApplication app) => app.Use(async (context, next) =>
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
    });

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

/// <summary>Holds the host back, the server still listening, until requests have ended or had their time.</summary>
internal sealed class DrainAtEnd(Drain drain, IOptions<LimitsOptions> limits) : IHostedLifecycleService
{
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(3);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        drain.Begin();
        try
        {
            await drain.EndAsync(TimeSpan.FromSeconds(limits.Value.DrainSeconds), Notice, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host's own patience is at its end.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
