using EmbedPlatform.ServiceDefaults.Configuration;
using EmbedPlatform.ServiceDefaults.Hosting;
using EmbedPlatform.ServiceDefaults.Http;
using EmbedPlatform.ServiceDefaults.LoadBalancing;
using EmbedPlatform.ServiceDefaults.Security;
using EmbedPlatform.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EmbedPlatform.ServiceDefaults;

public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Adds telemetry, health checks, load-balanced HTTP clients, problem details, JSON conventions, API keys, CORS and request limits.
    /// </summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        builder.AddPlatformTelemetry();
        builder.AddRequestLimits();
        builder.Services.AddPlatformJson();
        builder.Services.AddPlatformProblems();
        builder.Services.AddPlatformHealth();
        builder.Services.AddDraining();
        builder.Services.AddApiKeys();
        builder.Services.AddPlatformCors();
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<OptionsReport>(services, builder.Services));
        builder.Services.AddServiceCalls(builder.Configuration);
        return builder;
    }

    /// <summary>
    /// Adds error handling, draining, CORS, API keys and request limits, and maps <c>/health</c> (readiness), <c>/alive</c> (liveness) and
    /// <c>/metrics</c>.
    /// </summary>
    /// <param name="keyScope">The scope (<see cref="KeyScopes"/>) of routes without one of their own; null: any key.</param>
    public static WebApplication MapDefaultEndpoints(this WebApplication app, string? keyScope = null)
    {
        app.UseRequestDrain();
        app.UsePlatformProblems();
        app.UseDraining();
        app.UseCors();
        app.UseApiKeys(keyScope);
        app.UseRequestLimits();
        app.MapPlatformHealth();
        app.MapMetrics();
        return app;
    }
}
