using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>How documents are stored and embedded (section <c>Ingestion</c>).</summary>
internal sealed class IngestionOptions
{
    /// <summary>How many workers embed side by side; 0 leaves the work to other replicas.</summary>
    [Range(0, 64)]
    public int Workers { get; set; } = 2;

    /// <summary>How many documents a worker takes at a time.</summary>
    [Range(1, 1000)]
    public int BatchSize { get; set; } = 64;

    /// <summary>How many documents are committed together by an upsert.</summary>
    [Range(1, 10_000)]
    public int UpsertBatch { get; set; } = 500;

    /// <summary>How long work of a worker that died stays taken; a living worker renews it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an idle worker looks for work that another replica left.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// From how many vectors on a collection gets an HNSW index; fewer are searched exactly. It is built when the first load is nearly
    /// through.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int IndexFrom { get; set; } = 2000;

    /// <summary>
    /// With how many vectors the index is built even while documents wait. More than <c>maintenance_work_mem</c> holds are built slowly.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int IndexBy { get; set; } = 200_000;

    /// <summary>The longest wait after a failure of the embedding service.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromSeconds(15);
}
