using System.Threading.RateLimiting;
using EmbedPlatform.ServiceDefaults.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Http;

internal static class RequestLimits
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public static void AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddPlatformOptions<LimitsOptions>(
            LimitsOptions.SectionName,
            new Dictionary<string, string> { ["SlowBodySeconds"] = nameof(LimitsOptions.BodyGraceSeconds) },
            // The AppHost's limits of a service, in an environment that the service inherits.
            isForeign: child => child.Value is null
        );
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitsOptions>>(Apply);
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<LimitsOptions>>(LimitConcurrency);
    }

    /// <summary>Must come first, so that every 413 reaches its client.</summary>
    public static void UseRequestDrain(this WebApplication app) => app.Use(next => new RequestDrainMiddleware(next).InvokeAsync);

    public static void UseRequestLimits(this WebApplication app)
    {
        app.UseRateLimiter();
        app.Use(next => new DeadlineMiddleware(next).InvokeAsync);
    }

    // The engine's queue bounds work; this bounds the request and response bodies in memory.
    private static void LimitConcurrency(RateLimiterOptions limiter, IOptions<LimitsOptions> limits)
    {
        var limit = limits.Value.MaxConcurrentRequests;
        if (limit == 0)
        {
            return;
        }

        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, int>(_ =>
            RateLimitPartition.GetConcurrencyLimiter(0, _ => new ConcurrencyLimiterOptions { PermitLimit = limit })
        );
        var message =
            $"The service is at its limit of {limit} concurrent requests "
            + $"(option {LimitsOptions.SectionName}:{nameof(LimitsOptions.MaxConcurrentRequests)}).";
        limiter.OnRejected = (rejected, _) => new ValueTask(Problems.Busy(RetryAfter, message).ExecuteAsync(rejected.HttpContext));
    }

    private static void Apply(KestrelServerOptions kestrel, IOptions<LimitsOptions> limits)
    {
        try
        {
            kestrel.Limits.MaxRequestBodySize = limits.Value.MaxBodyBytes;
            kestrel.Limits.MinRequestBodyDataRate =
                limits.Value.MinBodyBytesPerSecond > 0
                    ? new MinDataRate(limits.Value.MinBodyBytesPerSecond, TimeSpan.FromSeconds(limits.Value.BodyGraceSeconds))
                    : null;
        }
        catch (Exception invalid) when (invalid is OptionsValidationException or InvalidOperationException)
        {
            // Validation at startup reports the invalid option.
        }
    }
}
