using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Execution;

/// <summary>The resources of the graph, as the builder holds them.</summary>
internal sealed record ResourceList(IList<IResource> Resources);

/// <summary>Starts every resource of the graph and ends them in reverse: who uses another goes before it.</summary>
internal sealed class Orchestrator(
    ResourceList graph,
    IConfiguration configuration,
    IHostEnvironment environment,
    DistributedApplicationExecutionContext executionContext,
    ResourceNotificationService notifications,
    HealthCheckService health,
    IResourceLog log,
    ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private readonly List<ResourceSupervisor> _supervisors = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var logger = loggers.CreateLogger("Aspire.Hosting");
        new PortAllocator(configuration.GetValue<bool>(DistributedApplicationBuilder.RandomizePorts)).Allocate(graph.Resources);
        var launch = new Launch(executionContext, new Telemetry(configuration, environment, graph.Resources.Any(r => r.Name == DashboardResource.Name), logger));
        foreach (var resource in graph.Resources)
        {
            if (resource is ProjectResource or ExecutableResource)
            {
                await notifications.PublishUpdateAsync(resource, before => before);
                _supervisors.Add(new ResourceSupervisor(resource, launch, notifications, health, log, logger));
            }
            else
            {
                // A connection string is there as soon as its parts are allocated.
                await notifications.PublishUpdateAsync(resource, before => before with { State = KnownResourceStates.Running, HealthStatus = HealthStatus.Healthy });
            }
        }

        foreach (var supervisor in _supervisors)
        {
            supervisor.Start();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        while (_supervisors.Count > 0)
        {
            var used = _supervisors.SelectMany(s => Used(s.Resource)).ToHashSet();
            var unused = _supervisors.Where(s => !used.Contains(s.Resource)).ToArray();
            // Resources that wait for each other in a circle never started; they end together.
            var next = unused.Length > 0 ? unused : [.. _supervisors];
            await Task.WhenAll(next.Select(s => s.DisposeAsync().AsTask()));
            _supervisors.RemoveAll(next.Contains);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private static IEnumerable<IResource> Used(IResource resource) =>
        resource.Annotations.OfType<WaitAnnotation>().Select(a => a.Resource)
            .Concat(resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(a => a.Resource));
}
