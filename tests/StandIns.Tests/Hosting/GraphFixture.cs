using System.Net.Http.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbedPlatform.StandIns.Tests.Hosting;

/// <summary>A graph of one test: built from a few lines, started, and gone with the test.</summary>
internal sealed class RunningGraph(DistributedApplication app) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource _patience = new(Patience);

    public DistributedApplication App => app;

    public ResourceNotificationService States => app.ResourceNotifications;

    /// <summary>Nothing of a test waits longer than this.</summary>
    public CancellationToken Ending => _patience.Token;

    public static async Task<RunningGraph> StartAsync(Action<IDistributedApplicationBuilder> build, params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--DcpPublisher:RandomizePorts", "true", .. args],
            DisableDashboard = true,
        });
        build(builder);
        var graph = new RunningGraph(builder.Build());
        await graph.App.StartAsync(graph.Ending);
        return graph;
    }

    public Task HealthyAsync(string resource) => States.WaitForResourceHealthyAsync(resource, Ending);

    /// <summary>Waits until a resource is healthy as another process than before.</summary>
    public Task HealthyAgainAsync(string resource, string formerPid) => States.WaitForResourceAsync(
        resource, change => change.Snapshot.HealthStatus == HealthStatus.Healthy && Pid(change) != formerPid, Ending);

    public string State(string resource) => States.TryGetCurrentState(resource, out var state) ? state!.Snapshot.State!.Text : "unknown";

    public string Pid(string resource) => States.TryGetCurrentState(resource, out var state) ? Pid(state!) : "none";

    public static async Task<T> GetAsync<T>(EndpointReference endpoint, string path)
    {
        using var http = new HttpClient { BaseAddress = new Uri(endpoint.Url) };
        return (await http.GetFromJsonAsync<T>(path))!;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        _patience.Dispose();
    }

    private static string Pid(ResourceEvent change) => change.Snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value as string ?? "none";
}

internal static class GraphParts
{
    /// <summary>A sample service with an HTTP endpoint and its health check.</summary>
    public static IResourceBuilder<ProjectResource> AddSample(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddProject<Projects.SampleService>(name, launchProfileName: null).WithHttpEndpoint().WithHttpHealthCheck("/health");
}
