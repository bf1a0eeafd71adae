using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Execution;

/// <summary>
/// The OTEL_* variables of a project. They name the collector that the AppHost's configuration names: its own dashboard, or
/// another one where one answers. Exporting to nobody costs every service retries.
/// </summary>
internal sealed class Telemetry
{
    private readonly IHostEnvironment _environment;
    private readonly string? _endpoint;
    private readonly string _protocol;
    private readonly string? _apiKey;

    public Telemetry(IConfiguration configuration, IHostEnvironment environment, bool hasDashboard, ILogger logger)
    {
        _environment = environment;
        _apiKey = configuration["AppHost:OtlpApiKey"];
        var grpc = configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ?? configuration["DOTNET_DASHBOARD_OTLP_ENDPOINT_URL"];
        var http = configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] ?? configuration["DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"];
        _protocol = grpc is not null ? "grpc" : "http/protobuf";
        _endpoint = grpc ?? http;
        if (_endpoint is not null && !hasDashboard && !Answers(_endpoint))
        {
            logger.LogInformation("No telemetry collector answers at {Endpoint}; the services export nothing", _endpoint);
            _endpoint = null;
        }
    }

    public Dictionary<string, object> For(string resource)
    {
        var variables = new Dictionary<string, object>
        {
            ["OTEL_SERVICE_NAME"] = resource,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Guid.NewGuid():N}",
        };
        if (_endpoint is null)
        {
            return variables;
        }

        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = _endpoint;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = _protocol;
        if (_apiKey is not null)
        {
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={_apiKey}";
        }

        if (_environment.IsDevelopment())
        {
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
        }

        return variables;
    }

    private static bool Answers(string endpoint)
    {
        try
        {
            var uri = new Uri(endpoint);
            using var client = new TcpClient();
            return client.ConnectAsync(uri.Host, uri.Port).Wait(TimeSpan.FromSeconds(2));
        }
        catch (AggregateException)
        {
            return false;
        }
    }
}
