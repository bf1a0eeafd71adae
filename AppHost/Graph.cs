using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Backing;
using EmbedPlatform.AppHost.Operations;
using EmbedPlatform.AppHost.Publishing;

namespace EmbedPlatform.AppHost;

/// <summary>The addresses of the three services, known once the graph has started.</summary>
/// <param name="Search">SearchApi.</param>
/// <param name="Embed">EmbedService.</param>
/// <param name="Rerank">RerankService.</param>
internal sealed record PlatformEndpoints(EndpointReference Search, EndpointReference Embed, EndpointReference Rerank);

/// <summary>The services and who calls whom.</summary>
internal static class Graph
{
    /// <summary>Adds the three services: search uses everything, embed and rerank use nothing but their models.</summary>
    /// <exception cref="RefusedException">A port that the user chose is taken.</exception>
    public static PlatformEndpoints Add(IDistributedApplicationBuilder builder, PlatformOptions options, BackingServices backing)
    {
        var embed = Replicas.Add(
            "embed",
            options.Replicas.Embed,
            name => builder.AddProject<Projects.EmbedService>(name, launchProfileName: null)
                .WithEnvironment("Inference__Model", options.Models.Embed)
                // It works without Redis, so it does not wait for it.
                .WithReference(backing.Cache),
            Ports.Choose(options.Ports.Embed, 7081, nameof(options.Ports.Embed), builder.Configuration));
        var rerank = Replicas.Add(
            "rerank",
            options.Replicas.Rerank,
            name => builder.AddProject<Projects.RerankService>(name, launchProfileName: null)
                .WithEnvironment("Inference__Model", options.Models.Rerank),
            Ports.Choose(options.Ports.Rerank, 7082, nameof(options.Ports.Rerank), builder.Configuration));
        Limit(builder, options.Limits, embed, rerank);
        var search = builder.AddProject<Projects.SearchApi>("search", launchProfileName: null)
            .WithHttpEndpoint(port: Ports.Choose(options.Ports.Search, 7080, nameof(options.Ports.Search), builder.Configuration) ?? Ports.Free(), isProxied: false)
            .WithExternalHttpEndpoints()
            .WithReference(backing.Vectors)
            .WithReference(backing.Cache)
            .WithReplicas("embed", embed)
            .WithReplicas("rerank", rerank);
        foreach (var server in backing.Servers)
        {
            search.WaitFor(server);
        }

        foreach (var service in (IResourceBuilder<ProjectResource>[])[.. embed, .. rerank, search])
        {
            service
                .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
                .WithHttpHealthCheck("/health");
            if (builder.ExecutionContext.IsRunMode)
            {
                // Nobody waits long for the end of a run on a machine of one's own; what guards the processes ends them after six seconds.
                service.WithEnvironment("Limits__DrainSeconds", "4");
            }
        }

        search.WithLinks("SearchApi").WithSearchCommands(Path.GetDirectoryName(builder.AppHostDirectory)!);
        embed.ToList().ForEach(replica => replica.WithLinks("EmbedService"));
        rerank.ToList().ForEach(replica => replica.WithLinks("RerankService"));
        ContainerPublishing.Describe(builder, new PublishedServices(embed, rerank, search));
        return new PlatformEndpoints(search.GetEndpoint("http"), embed[0].GetEndpoint("http"), rerank[0].GetEndpoint("http"));
    }

    private static void Limit(
        IDistributedApplicationBuilder builder,
        LimitOptions limits,
        IReadOnlyList<IResourceBuilder<ProjectResource>> embed,
        IReadOnlyList<IResourceBuilder<ProjectResource>> rerank)
    {
        var machine = builder.ExecutionContext.IsPublishMode ? Machine.Nominal : Machine.Current;
        var (embedShare, rerankShare) = (limits.Embed.Share(embed.Count), limits.Rerank.Share(rerank.Count));
        for (var i = 0; i < embed.Count; i++)
        {
            embedShare.Apply(embed[i], machine, FirstCore(i * embedShare.Cores));
        }

        // From both ends: they share as few cores as their numbers allow.
        for (var i = 0; i < rerank.Count; i++)
        {
            rerankShare.Apply(rerank[i], machine, FirstCore(machine.Cores - ((i + 1) * rerankShare.Cores)));
        }

        // More replicas than cores begin again; containers have cores of their own.
        int? FirstCore(int core) => builder.ExecutionContext.IsPublishMode ? null : Math.Max(0, ((core % machine.Cores) + machine.Cores) % machine.Cores);
    }
}
