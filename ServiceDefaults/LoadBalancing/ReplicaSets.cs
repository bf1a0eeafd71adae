using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>The replicas of every service that this process calls. Their state outlives the handlers of HTTP clients.</summary>
internal sealed class ReplicaSets(IOptionsMonitor<CallOptions> options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, ReplicaSet> _sets = new();

    public ReplicaSet For(Uri uri) =>
        _sets.GetOrAdd(
            uri.IsDefaultPort || uri.Port <= 0 ? uri.Host : uri.Authority,
            _ => new ReplicaSet(uri.Host, options.Get(uri.Host), clock, new Random())
        );
}
