using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>Configuration section <c>EmbeddingCache</c>. <c>ConnectionStrings:cache</c> names the Redis that replicas share.</summary>
public sealed class EmbeddingCacheOptions
{
    public const string SectionName = "EmbeddingCache";

    /// <summary>Whether embeddings are cached.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The maximum number of bytes of embeddings in the process; 0 disables the local cache.</summary>
    [Range(0, 1L << 40)]
    public long LocalBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>The time to live of an embedding.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The timeout of a call to Redis; after it, a request continues without Redis.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long Redis is skipped after a failed call, so that only one request pays for the timeout.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a request waits for another replica that is embedding the same text; 0 disables waiting.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan WaitForReplica { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Whether embeddings of bulk work are stored. Indexing embeds each text once, and would evict queries that repeat. Bulk texts are
    /// looked up in any case.
    /// </summary>
    public bool KeepBulk { get; set; }
}
