using EmbedPlatform.Inference.Execution;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>The parts of the cache, shared by all models of the service.</summary>
internal sealed record EmbeddingCache(
    LocalCache Local,
    RedisCache Redis,
    InFlightEmbeddings InFlight,
    CacheMetrics Metrics,
    IOptions<EmbeddingCacheOptions> Options,
    TimeProvider Clock
)
{
    /// <summary>Whether embeddings of a lane are stored.</summary>
    public bool Keeps(Lane lane) => lane == Lane.Interactive || Options.Value.KeepBulk;
}
