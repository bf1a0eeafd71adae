using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>Where the services send their traces, metrics and logs.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Services_send_telemetry_to_the_dashboard_where_there_is_one_and_else_where_the_environment_says(bool dashboard)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--DataFolder", _folder.Path, "--Dashboard", $"{dashboard}", "--Ports:Dashboard", "0"],
            TestContext.Current.CancellationToken
        );

        foreach (var name in (string[])["embed", "rerank", "search"])
        {
            var service = builder.Resources.Single(resource => resource.Name == name);
            Assert.Equal(dashboard, service.Annotations.OfType<OtlpExporterAnnotation>().Any());
        }
    }
}
