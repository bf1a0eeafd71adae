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
        var embed = builder.AddProject<Projects.EmbedService>("embed", launchProfileName: null)
            .WithHttpEndpoint(port: Ports.Choose(options.Ports.Embed, 7081, nameof(options.Ports.Embed), builder.Configuration))
            .WithEnvironment("Inference__Model", options.Models.Embed)
            // It works without Redis, so it does not wait for it.
            .WithReference(backing.Cache);
        var rerank = builder.AddProject<Projects.RerankService>("rerank", launchProfileName: null)
            .WithHttpEndpoint(port: Ports.Choose(options.Ports.Rerank, 7082, nameof(options.Ports.Rerank), builder.Configuration))
            .WithEnvironment("Inference__Model", options.Models.Rerank);
        Limit(builder, options.Limits, embed, rerank);
        var search = builder.AddProject<Projects.SearchApi>("search", launchProfileName: null)
            .WithHttpEndpoint(port: Ports.Choose(options.Ports.Search, 7080, nameof(options.Ports.Search), builder.Configuration))
            .WithExternalHttpEndpoints()
            .WithReference(backing.Vectors)
            .WithReference(backing.Cache)
            .WithReference(embed)
            .WithReference(rerank)
            .WaitFor(embed)
            .WaitFor(rerank);
        foreach (var server in backing.Servers)
        {
            search.WaitFor(server);
        }

        foreach (var service in (IResourceBuilder<ProjectResource>[])[embed, rerank, search])
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
        embed.WithLinks("EmbedService");
        rerank.WithLinks("RerankService");
        ContainerPublishing.Describe(builder, new PublishedServices(embed, rerank, search));
        return new PlatformEndpoints(search.GetEndpoint("http"), embed.GetEndpoint("http"), rerank.GetEndpoint("http"));
    }

    private static void Limit(
        IDistributedApplicationBuilder builder, LimitOptions limits, IResourceBuilder<ProjectResource> embed, IResourceBuilder<ProjectResource> rerank)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            limits.Embed.Apply(embed, Machine.Nominal, firstCore: null);
            limits.Rerank.Apply(rerank, Machine.Nominal, firstCore: null);
            return;
        }

        // From both ends: they share as few cores as their numbers allow.
        limits.Embed.Apply(embed, Machine.Current, firstCore: 0);
        limits.Rerank.Apply(rerank, Machine.Current, firstCore: Math.Max(0, Machine.Current.Cores - limits.Rerank.Cores));
    }
}
