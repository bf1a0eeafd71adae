using EmbedPlatform.Inference.Execution;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>What the models of a service share of the cache.</summary>
internal sealed record EmbeddingCache(LocalCache Local, SharedCache Shared, Flights Flights, CacheMetrics Metrics, IOptions<EmbeddingCacheOptions> Options, TimeProvider Clock)
{
    /// <summary>Whether what a lane embeds is kept.</summary>
    public bool Keeps(Lane lane) => lane == Lane.Interactive || Options.Value.KeepBulk;
}
