using EmbedPlatform.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EmbedPlatform.ServiceDefaults.Telemetry;

/// <summary><c>GET /metrics</c> of every service, in Prometheus' text format.</summary>
internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    public static void MapMetrics(this WebApplication app) =>
        app.MapPrometheusScrapingEndpoint(Path)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get]))
            .RequireKeyScope(KeyScopes.Metrics)
            .DisableRateLimiting()
            .DisableHttpMetrics();
}
