using System.Threading.RateLimiting;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Limits;

internal static class RequestLimits
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    public static void AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LimitsOptions>()
            .BindConfiguration(LimitsOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitsOptions>>(Apply);
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<LimitsOptions>>(LimitConcurrency);
    }

    /// <summary>Before all else, so that every part's 413 reaches its sender.</summary>
    public static void UseOverlongBodies(this WebApplication app) => app.Use(next => new OverlongBodies(next).InvokeAsync);

    public static void UseRequestLimits(this WebApplication app)
    {
        app.UseRateLimiter();
        app.Use(next => new DeadlineMiddleware(next).InvokeAsync);
    }

    // The engine bounds the work; this bounds the bodies and answers that lie in memory before and after it.
    private static void LimitConcurrency(RateLimiterOptions limiter, IOptions<LimitsOptions> limits)
    {
        var most = limits.Value.MaxConcurrentRequests;
        if (most == 0)
        {
            return;
        }

        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, int>(
            _ => RateLimitPartition.GetConcurrencyLimiter(0, _ => new ConcurrencyLimiterOptions { PermitLimit = most }));
        limiter.OnRejected = (rejected, _) => new ValueTask(
            Problems.Busy(AskAgain, $"The service is busy with {most} requests (option {LimitsOptions.SectionName}:{nameof(LimitsOptions.MaxConcurrentRequests)}).")
                .ExecuteAsync(rejected.HttpContext));
    }

    private static void Apply(KestrelServerOptions kestrel, IOptions<LimitsOptions> limits)
    {
        try
        {
            kestrel.Limits.MaxRequestBodySize = limits.Value.MaxBodyBytes;
            kestrel.Limits.MinRequestBodyDataRate = limits.Value.MinBodyBytesPerSecond > 0
                ? new MinDataRate(limits.Value.MinBodyBytesPerSecond, TimeSpan.FromSeconds(limits.Value.SlowBodySeconds))
                : null;
        }
        catch (Exception wrong) when (wrong is OptionsValidationException or InvalidOperationException)
        {
            // The server is made while the service is built, too early to explain a wrong option; the validation at start stops it in one line.
        }
    }
}
