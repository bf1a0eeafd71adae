using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;
using Xunit;

namespace EmbedPlatform.StandIns.Tests.Hosting;

/// <summary>The description of a graph, before anything runs.</summary>
public class ModelTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder();

    [Fact]
    public void Two_resources_cannot_share_a_name()
    {
        _builder.AddSample("sample");

        Assert.Contains("'Sample'", Assert.Throws<DistributedApplicationException>(() => _builder.AddSample("Sample")).Message);
    }

    [Fact]
    public void Two_endpoints_of_a_resource_cannot_share_a_name() =>
        Assert.Throws<DistributedApplicationException>(() => _builder.AddSample("sample").WithHttpEndpoint());

    [Fact]
    public void An_endpoint_has_no_address_before_the_start()
    {
        var endpoint = _builder.AddSample("sample").GetEndpoint("http");

        Assert.True(endpoint.Exists);
        Assert.False(endpoint.IsAllocated);
        Assert.Throws<InvalidOperationException>(() => endpoint.Url);
        Assert.False(_builder.CreateResourceBuilder(endpoint.Resource).GetEndpoint("grpc").Exists);
    }

    [Fact]
    public void Ports_are_taken_as_wanted_unless_they_are_random()
    {
        var fixedPort = _builder.AddExecutable("server", "bash", ".").WithEndpoint(targetPort: 4711, scheme: "tcp", isProxied: false);
        var proxied = _builder.AddProject<Projects.SampleService>("web").WithHttpEndpoint(port: 4712);

        new PortAllocator(randomize: false).Allocate(_builder.Resources);
        Assert.Equal(4711, fixedPort.GetEndpoint("tcp").Port);
        Assert.Equal("http://localhost:4712", proxied.GetEndpoint("http").Url);

        new PortAllocator(randomize: true).Allocate(_builder.Resources);
        Assert.Equal(4711, fixedPort.GetEndpoint("tcp").Port);
        Assert.InRange(proxied.GetEndpoint("http").Port, 15_000, 32_000);
        Assert.NotEqual(4712, proxied.GetEndpoint("http").Port);
    }

    [Fact]
    public async Task An_expression_keeps_braces_and_evaluates_every_property()
    {
        var sample = _builder.AddSample("sample");
        var endpoint = sample.GetEndpoint("http");
        endpoint.Resource.Annotations.OfType<EndpointAnnotation>().Single().AllocatedEndpoint =
            new AllocatedEndpoint(new EndpointAnnotation(ProtocolType.Tcp, "http"), "localhost", 81);

        var expression = ReferenceExpression.Create(
            $"{{a}} {endpoint} {endpoint.Property(EndpointProperty.Host)} {endpoint.Property(EndpointProperty.IPV4Host)} {endpoint.Property(EndpointProperty.Scheme)} {endpoint.Property(EndpointProperty.Port)} {"{b}"}");

        Assert.Equal("{a} http://localhost:81 localhost 127.0.0.1 http 81 {b}", await expression.GetValueAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            "{a} {sample.bindings.http.url} {sample.bindings.http.host} {sample.bindings.http.iPV4Host} {sample.bindings.http.scheme} {sample.bindings.http.port} {b}",
            expression.ValueExpression);
    }
}
