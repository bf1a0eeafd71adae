using EmbedPlatform.ServiceDefaults.ApiKeys;
using EmbedPlatform.ServiceDefaults.Calls;
using EmbedPlatform.ServiceDefaults.Cors;
using EmbedPlatform.ServiceDefaults.Draining;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Health;
using EmbedPlatform.ServiceDefaults.Json;
using EmbedPlatform.ServiceDefaults.Limits;
using EmbedPlatform.ServiceDefaults.Startup;
using EmbedPlatform.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EmbedPlatform.ServiceDefaults;

/// <summary>What every service of the platform shares.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Adds telemetry, health checks, service discovery, resilient HTTP clients, problem details, snake_case JSON, API keys, CORS and the limits of requests.
    /// </summary>
    /// <param name="builder">The service.</param>
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
    /// Answers every failure as problem+json or in the route's own shape, asks for API keys where they are needed, and maps <c>/health</c> (ready),
    /// <c>/alive</c> (the process answers) and <c>/metrics</c>.
    /// </summary>
    /// <param name="app">The service.</param>
    /// <param name="keyScope">One of <see cref="KeyScopes"/>: what a key must open to call routes that name no scope of their own; null: any key will do.</param>
    public static WebApplication MapDefaultEndpoints(this WebApplication app, string? keyScope = null)
    {
        app.UseOverlongBodies();
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
