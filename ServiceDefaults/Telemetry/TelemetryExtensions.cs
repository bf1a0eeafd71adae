using System.Diagnostics.Metrics;
using EmbedPlatform.ServiceDefaults.Health;
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

    // From a cached answer to a long document.
    private static readonly double[] Seconds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

    // Two lines a request and one a statement tell nobody what a span does not tell better; HealthLog says what changes.
    // Below everything that a user configures.
    private static readonly Dictionary<string, string?> QuietLogs = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
        ["Logging:LogLevel:Npgsql.Command"] = "Warning",
        // Redis may be away, and its client tells every attempt to reach it as an error with its stack; metrics count what it cost.
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

        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(Ours)
                .AddView(Buckets)
                .AddPrometheusExporter(KeepNames))
            .WithTracing(tracing => tracing
                .AddSource(Ours)
                .AddAspNetCoreInstrumentation(requests => requests.Filter = IsAsked)
                .AddHttpClientInstrumentation());

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }

    // Probes and scrapes come every few seconds and would bury the requests that somebody waits for.
    private static bool IsAsked(HttpContext request) =>
        request.Request.Path.Value is not (HealthEndpoints.Ready or HealthEndpoints.Alive or MetricsEndpoint.Path);

    private static void KeepNames(PrometheusAspNetCoreOptions prometheus)
    {
        // Dashboards and autoscalers know the series by the labels of their instruments alone.
        prometheus.ScopeInfoEnabled = false;
        // Whoever asks twice in a moment wants to see what came between.
        prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
    }

    private static ExplicitBucketHistogramConfiguration? Buckets(Instrument instrument) =>
        instrument is Histogram<double> { Unit: "s" } ? new() { Boundaries = Seconds } : null;
}
