using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Services;

/// <summary>
/// Several processes of one service, each a resource with its own address (<c>embed</c>, <c>embed-2</c>, ...). Aspire's replicas share a
/// proxy, which would hide from callers which replica is busy or down.
/// </summary>
internal static class Replicas
{
    /// <summary>Adds the replicas; the first has the service's name and port, the others random ports.</summary>
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

    /// <summary>Applies an action to each replica.</summary>
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
