using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost;

/// <summary>
/// Several processes of one service, each a resource with an address of its own (<c>embed</c>, <c>embed-2</c>, ...): a proxy before them, as
/// Aspire's own replicas have, would hide from a caller which of them is busy or dead.
/// </summary>
internal static class Replicas
{
    /// <summary>Adds them.</summary>
    /// <param name="service">The service's name, which is the first one's too.</param>
    /// <param name="count">How many.</param>
    /// <param name="add">Adds one by its name.</param>
    /// <param name="port">The first one's port; null, and for the others: a random one.</param>
    public static IReadOnlyList<IResourceBuilder<ProjectResource>> Add(
        string service, int count, Func<string, IResourceBuilder<ProjectResource>> add, int? port) =>
    [
        .. Enumerable.Range(0, count).Select(i => add(i == 0 ? service : $"{service}-{i + 1}").WithHttpEndpoint(port: (i == 0 ? port : null) ?? Ports.Free(), isProxied: false)),
    ];

    /// <summary>Gives a caller the address of each replica under the service's name, for service discovery, and lets it wait for all of them.</summary>
    /// <param name="caller">Who calls the service.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="replicas">Its replicas.</param>
    public static IResourceBuilder<ProjectResource> WithReplicas(
        this IResourceBuilder<ProjectResource> caller, string service, IReadOnlyList<IResourceBuilder<ProjectResource>> replicas)
    {
        caller.WithReference(replicas[0]);
        for (var i = 0; i < replicas.Count; i++)
        {
            caller.WaitFor(replicas[i]);
            if (i > 0)
            {
                caller.WithEnvironment($"services__{service}__http__{i}", replicas[i].GetEndpoint("http"));
            }
        }

        return caller;
    }
}
