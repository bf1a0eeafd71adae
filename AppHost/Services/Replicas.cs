using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Services;

/// <summary>
/// Several processes of one service, each a resource with an address of its own (<c>embed</c>, <c>embed-2</c>, ...): a proxy before them, as
/// Aspire's own replicas have, would hide from a caller which of them is busy or dead.
/// </summary>
internal static class Replicas
{
    /// <summary>Adds them; the first has the service's name and the port, the others random ports.</summary>
    public static IReadOnlyList<IResourceBuilder<ServiceResource>> AddReplicas<TProject>(
        this IDistributedApplicationBuilder builder,
        string service,
        int count,
        int? port
    )
        where TProject : IProjectMetadata, new() =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => builder.AddService<TProject>(i == 0 ? service : $"{service}-{i + 1}", i == 0 ? port : null)),
        ];

    /// <summary>Does the same to each of them.</summary>
    public static IReadOnlyList<IResourceBuilder<ServiceResource>> Each(
        this IReadOnlyList<IResourceBuilder<ServiceResource>> replicas,
        Action<IResourceBuilder<ServiceResource>> change
    )
    {
        foreach (var replica in replicas)
        {
            change(replica);
        }

        return replicas;
    }

    /// <summary>Gives a caller the address of each replica under the first one's name, for service discovery.</summary>
    public static IResourceBuilder<ServiceResource> WithReferences(
        this IResourceBuilder<ServiceResource> caller,
        IReadOnlyList<IResourceBuilder<ServiceResource>> replicas
    )
    {
        caller.WithReference(replicas[0]);
        for (var i = 1; i < replicas.Count; i++)
        {
            caller
                .WithEnvironment(
                    $"services__{replicas[0].Resource.Name}__http__{i}",
                    replicas[i].GetEndpoint(ServiceBuilderExtensions.Endpoint)
                )
                .WithReferenceRelationship(replicas[i]);
        }

        return caller;
    }
}
