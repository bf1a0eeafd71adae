using System.Diagnostics.Metrics;
using EmbedPlatform.ServiceDefaults.Telemetry.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace EmbedPlatform.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    // .NET 10 names its own activity sources and meters; no instrumentation package is needed for them.
    private static readonly string[] FrameworkSources = ["Microsoft.AspNetCore", "System.Net.Http"];

    private static readonly string[] FrameworkMeters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Routing", "System.Net.Http", "System.Runtime",
    ];

    // From a cached answer to a long document.
    private static readonly double[] Seconds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

    // Two lines a request and one a statement tell nobody what a span does not tell better. Below everything that a user configures.
    private static readonly Dictionary<string, string?> QuietLogs = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
        ["Logging:LogLevel:Npgsql.Command"] = "Warning",
    };

    public static void AddPlatformTelemetry(this WebApplicationBuilder builder)
    {
        // ASP.NET Core 10 names its spans and gives them the conventions' attributes only where it is asked to.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietLogs });
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(FrameworkMeters).AddMeter("EmbedPlatform.*").AddView(Buckets))
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName, "EmbedPlatform.*")
                .AddSource(FrameworkSources)
                .AddProcessor(new UnaskedSpanFilter()));

        builder.Services.AddPrometheus();
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }

    private static ExplicitBucketHistogramConfiguration? Buckets(Instrument instrument) =>
        instrument is Histogram<double> { Unit: "s" } ? new() { Boundaries = Seconds } : null;
}
