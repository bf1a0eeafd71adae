using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>How dense embeddings are kept; bound from the configuration section <c>EmbeddingCache</c>. <c>ConnectionStrings:cache</c> names the Redis that replicas share.</summary>
public sealed class EmbeddingCacheOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "EmbeddingCache";

    /// <summary>Whether anything is kept.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The most bytes of embeddings in this process; 0: none.</summary>
    [Range(0, 1L << 40)]
    public long LocalBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long an embedding is kept.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a request waits for Redis before it goes on without.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long Redis is left alone after it did not answer, so that one request pays for it and not all.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Rest { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a request waits for another replica that embeds the same text; 0: not at all.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan WaitForReplica { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Whether texts of the bulk lane are kept. Indexing reads each text once: kept, they would push out the queries that come again.
    /// They are looked up in any case.
    /// </summary>
    public bool KeepBulk { get; set; }
}
