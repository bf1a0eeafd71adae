using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace EmbedPlatform.StandIns.Tests.Hosting;

/// <summary>What a process finds in its environment and on its command line.</summary>
public class InjectionTests
{
    [Fact]
    public async Task A_project_gets_its_address_and_those_of_what_it_references()
    {
        IResourceBuilder<ProjectResource> caller = null!, callee = null!;
        await using var graph = await RunningGraph.StartAsync(
            builder =>
            {
                callee = builder.AddSample("callee");
                var store = builder.AddConnectionString("store", ReferenceExpression.Create($"Port={callee.GetEndpoint("http").Property(EndpointProperty.Port)};Name={"x{y}"}"));
                caller = builder.AddSample("caller")
                    .WithReference(callee)
                    .WithReference(store)
                    .WithReference(builder.AddConnectionString("outside"), connectionName: "elsewhere")
                    .WithEnvironment("Plain", "value")
                    .WithEnvironment("Address", callee.GetEndpoint("http"))
                    .WithEnvironment("Text", $"at {callee.GetEndpoint("http").Property(EndpointProperty.HostAndPort)}")
                    .WithArgs("--one", "two words");
            },
            "--ConnectionStrings:outside", "Server=far");
        await graph.HealthyAsync("caller");
        await graph.HealthyAsync("callee");

        var environment = await RunningGraph.GetAsync<Dictionary<string, string>>(caller.GetEndpoint("http"), "/environment");
        var address = callee.GetEndpoint("http");
        Assert.Equal(caller.GetEndpoint("http").Url, environment["ASPNETCORE_URLS"]);
        Assert.Equal(address.Url, environment["services__callee__http__0"]);
        Assert.Equal($"Port={address.Port};Name=x{{y}}", environment["ConnectionStrings__store"]);
        Assert.Equal("Server=far", environment["ConnectionStrings__elsewhere"]);
        Assert.Equal("value", environment["Plain"]);
        Assert.Equal(address.Url, environment["Address"]);
        Assert.Equal($"at localhost:{address.Port}", environment["Text"]);
        Assert.Equal("caller", environment["OTEL_SERVICE_NAME"]);
        Assert.StartsWith("service.instance.id=", environment["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Equal(["--one", "two words"], await RunningGraph.GetAsync<string[]>(caller.GetEndpoint("http"), "/arguments"));

        var other = await RunningGraph.GetAsync<Dictionary<string, string>>(address, "/environment");
        Assert.DoesNotContain(other.Keys, key => key.StartsWith("ConnectionStrings__", StringComparison.Ordinal) || key.StartsWith("services__", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Telemetry_goes_to_the_collector_that_the_AppHost_knows()
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)collector.LocalEndpoint).Port}";
        IResourceBuilder<ProjectResource> sample = null!;
        await using var graph = await RunningGraph.StartAsync(
            builder => sample = builder.AddSample("sample"),
            "--DOTNET_DASHBOARD_OTLP_ENDPOINT_URL", address, "--AppHost:OtlpApiKey", "secret", "--environment", "Development");
        await graph.HealthyAsync("sample");

        var environment = await RunningGraph.GetAsync<Dictionary<string, string>>(sample.GetEndpoint("http"), "/environment");
        Assert.Equal(address, environment["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("grpc", environment["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("x-otlp-api-key=secret", environment["OTEL_EXPORTER_OTLP_HEADERS"]);
        Assert.Equal("1000", environment["OTEL_METRIC_EXPORT_INTERVAL"]);
    }

    [Fact]
    public async Task Where_no_collector_answers_nothing_is_exported()
    {
        IResourceBuilder<ProjectResource> sample = null!;
        await using var graph = await RunningGraph.StartAsync(
            builder => sample = builder.AddSample("sample"),
            "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", $"http://127.0.0.1:{TestSupport.FreePort.Next()}");
        await graph.HealthyAsync("sample");

        var environment = await RunningGraph.GetAsync<Dictionary<string, string>>(sample.GetEndpoint("http"), "/environment");
        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT", environment.Keys);
    }

    [Fact]
    public async Task A_missing_connection_string_stops_the_start_and_is_named()
    {
        await using var graph = await RunningGraph.StartAsync(builder => builder.AddSample("sample").WithReference(builder.AddConnectionString("outside")));

        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(() => graph.HealthyAsync("sample"));
        Assert.Contains("'outside' is missing", refused.Message);
    }

    [Fact]
    public async Task An_optional_connection_string_may_be_missing()
    {
        await using var graph = await RunningGraph.StartAsync(
            builder => builder.AddSample("sample").WithReference(builder.AddConnectionString("outside"), optional: true));

        await graph.HealthyAsync("sample");
    }
}
