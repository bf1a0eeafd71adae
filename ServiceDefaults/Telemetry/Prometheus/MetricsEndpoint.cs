using EmbedPlatform.ServiceDefaults.ApiKeys;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace EmbedPlatform.ServiceDefaults.Telemetry.Prometheus;

/// <summary><c>GET /metrics</c> of every service, in Prometheus' text format.</summary>
public static class MetricsEndpoint
{
    /// <summary>The route.</summary>
    public const string Path = "/metrics";

    internal static void AddPrometheus(this IServiceCollection services)
    {
        services.AddSingleton<PrometheusExporter>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddReader(provider =>
            new BaseExportingMetricReader(provider.GetRequiredService<PrometheusExporter>()) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative }));
    }

    internal static void MapMetrics(this WebApplication app) => app
        .MapGet(Path, Scrape)
        .WithName("metrics")
        .WithTags("Service")
        .WithSummary("What the service measures, in Prometheus' text format")
        .Produces<string>(StatusCodes.Status200OK, "text/plain")
        .RequireKeyScope(KeyScopes.Metrics)
        .WithMetadata(new UnlimitedRoute())
        .DisableHttpMetrics();

    private static IResult Scrape(PrometheusExporter exporter) => TypedResults.Text(exporter.Scrape(), PrometheusText.ContentType);
}
