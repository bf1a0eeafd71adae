namespace EmbedPlatform.Bench.Ingest;

/// <summary>The results of indexing.</summary>
/// <param name="Model">The embedding model.</param>
/// <param name="Collections">How many collections there were.</param>
/// <param name="Documents">How many documents.</param>
/// <param name="Chunks">How many chunks they became.</param>
/// <param name="Tokens">How many tokens the model ran.</param>
/// <param name="Seconds">From the first document sent to the last one embedded.</param>
/// <param name="StoredSeconds">From the first document sent to the last one acknowledged.</param>
/// <param name="FirstEmbeddedSeconds">From the first document sent to the first one seen embedded.</param>
/// <param name="IndexedSeconds">From the first document sent to the vectors' index built.</param>
/// <param name="Cpu">CPU time; null for a platform that this command did not start.</param>
/// <param name="Memory">Memory over time; null for a platform that this command did not start.</param>
/// <param name="TextsRun">How many texts the model ran.</param>
/// <param name="TextsTruncated">How many of them were over its limit and were halved.</param>
/// <param name="Problems">Differences from what was sent.</param>
internal sealed record IngestReport(
    string Model,
    int Collections,
    long Documents,
    long Chunks,
    long Tokens,
    double Seconds,
    double StoredSeconds,
    double FirstEmbeddedSeconds,
    double IndexedSeconds,
    CpuUse? Cpu,
    IReadOnlyList<MemoryUse>? Memory,
    long TextsRun,
    long TextsTruncated,
    IReadOnlyList<string> Problems
)
{
    /// <summary>Documents stored and embedded per second.</summary>
    public double DocumentsPerSecond => Documents / Seconds;

    /// <summary>Chunks embedded per second.</summary>
    public double ChunksPerSecond => Chunks / Seconds;
}

/// <summary>CPU time in seconds.</summary>
/// <param name="Model">In the model's runs.</param>
/// <param name="All">In all processes of the platform.</param>
/// <param name="Parts">By process.</param>
internal sealed record CpuUse(double Model, double All, IReadOnlyDictionary<string, double> Parts)
{
    /// <summary>The share of the model's runs.</summary>
    public double ModelShare => All > 0 ? Model / All : 0;
}

/// <summary>Memory at one moment.</summary>
/// <param name="Percent">How much was embedded.</param>
/// <param name="Seconds">Since the first document was sent.</param>
/// <param name="Megabytes">Resident memory of each process.</param>
internal sealed record MemoryUse(int Percent, double Seconds, IReadOnlyDictionary<string, long> Megabytes);
