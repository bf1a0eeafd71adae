using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Services;

namespace EmbedPlatform.AppHost.Publishing;

/// <summary>The three services of the graph.</summary>
/// <param name="Embed">EmbedService, each replica.</param>
/// <param name="Rerank">RerankService, each replica.</param>
/// <param name="Search">SearchApi.</param>
internal sealed record PublishedServices(
    IReadOnlyList<IResourceBuilder<ServiceResource>> Embed,
    IReadOnlyList<IResourceBuilder<ServiceResource>> Rerank,
    IResourceBuilder<ServiceResource> Search);

/// <summary>
/// What a published graph has beyond a running one: images, a models volume, API keys and the limits of a 16-core host, the same that
/// deploy/compose has. Only with Aspire's own packages (ContainerPublishing.Aspire.cs); a run is left as it is.
/// </summary>
internal static partial class ContainerPublishing
{
    /// <summary>Describes how the services are published; does nothing in a run.</summary>
    /// <exception cref="RefusedException">This build cannot publish.</exception>
    public static void Describe(IDistributedApplicationBuilder builder, PublishedServices services)
    {
        if (!builder.ExecutionContext.IsPublishMode)
        {
            return;
        }

        var described = false;
        Describe(builder, services, ref described);
        if (!described)
        {
            throw new RefusedException("publishing needs Aspire's own packages, which this build's feed lacked; deploy/compose and deploy/kubernetes are ready-made");
        }
    }

    static partial void Describe(IDistributedApplicationBuilder builder, PublishedServices services, ref bool described);
}
