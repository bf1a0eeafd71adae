using System.Diagnostics.Metrics;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace EmbedPlatform.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    private const string Ours = "EmbedPlatform.*";

    // From a cached embedding to a long document.
    private static readonly double[] Seconds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

    // Spans replace the log lines of requests and SQL statements, and HealthLog those of health checks. Any configuration overrides these
    // levels.
    private static readonly Dictionary<string, string?> QuietLogs = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
        ["Logging:LogLevel:Npgsql.Command"] = "Warning",
        // Redis is optional, and its client logs every failed connect as an error with a stack trace; metrics count those.
        ["Logging:LogLevel:StackExchange.Redis"] = "Critical",
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
    };

    public static void AddPlatformTelemetry(this WebApplicationBuilder builder)
    {
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietLogs });
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        var telemetry = builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddMeter(Ours)
                    .AddView(Buckets)
                    .AddPrometheusExporter(KeepNames)
            )
            .WithTracing(tracing =>
                tracing
                    .AddSource(Ours)
                    .AddAspNetCoreInstrumentation(requests => requests.Filter = IsNotProbe)
                    .AddHttpClientInstrumentation()
            );

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }

    // Drops spans of health probes and metric scrapes.
    private static bool IsNotProbe(HttpContext request) =>
        request.Request.Path.Value is not (HealthEndpoints.Ready or HealthEndpoints.Alive or MetricsEndpoint.Path);

    private static void KeepNames(PrometheusAspNetCoreOptions prometheus)
    {
        // Dashboards and autoscalers select series without scope labels.
        prometheus.ScopeInfoEnabled = false;
        // No caching: each scrape sees current values.
        prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
    }

    private static ExplicitBucketHistogramConfiguration? Buckets(Instrument instrument) =>
        instrument is Histogram<double> { Unit: "s" } ? new() { Boundaries = Seconds } : null;
}
