using EmbedPlatform.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbedPlatform.ServiceDefaults.Http;

public static class HealthEndpoints
{
    /// <summary>Readiness, all checks: 200 or 503.</summary>
    public const string Ready = "/health";

    /// <summary>Liveness.</summary>
    public const string Alive = "/alive";

    private const string LiveTag = "live";

    internal static void AddPlatformHealth(this IServiceCollection services) =>
        services.AddSingleton<HealthLog>().AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);

    internal static void MapPlatformHealth(this WebApplication app)
    {
        app.MapHealthChecks(Ready, new HealthCheckOptions { ResponseWriter = HealthReportWriter.WriteAsync })
            .WithoutKey()
            .DisableRateLimiting();
        app.MapHealthChecks(
                Alive,
                new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag), ResponseWriter = HealthReportWriter.WriteAsync }
            )
            .WithoutKey()
            .DisableRateLimiting();
    }
}
