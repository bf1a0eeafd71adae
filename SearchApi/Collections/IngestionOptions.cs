using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>Options of storing and embedding documents (section <c>Ingestion</c>).</summary>
internal sealed class IngestionOptions
{
    public const string SectionName = "Ingestion";

    /// <summary>The number of concurrent embedding workers of this replica; 0 leaves the work to other replicas.</summary>
    [Range(0, 64)]
    public int Workers { get; set; } = 2;

    /// <summary>The number of documents per embedding batch.</summary>
    [Range(1, 1000)]
    public int BatchSize { get; set; } = 64;

    /// <summary>The number of documents per upsert transaction.</summary>
    [Range(1, 10_000)]
    public int UpsertBatch { get; set; } = 500;

    /// <summary>The lease on a batch, renewed by a live worker; a dead worker's batch is taken over when it ends.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The interval at which an idle worker polls for documents stored by other replicas.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The number of vectors from which a collection gets an HNSW index, built when its first load is nearly done; fewer are searched
    /// exactly.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int IndexThreshold { get; set; } = 2000;

    /// <summary>
    /// The number of vectors from which the index is built even while documents are pending. A build beyond PostgreSQL's
    /// <c>maintenance_work_mem</c> (about 180,000 vectors of 512 numbers in 256 MB) is slow.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int EagerIndexThreshold { get; set; } = 200_000;

    /// <summary>The maximum back-off after EmbedService fails.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(15);
}
