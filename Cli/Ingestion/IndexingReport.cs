using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Ingestion;

/// <summary>The result of indexing.</summary>
/// <param name="Received">How many documents were sent.</param>
/// <param name="Written">How many were new or changed.</param>
/// <param name="Unchanged">How many were stored already.</param>
/// <param name="Rejected">How many the platform refused.</param>
/// <param name="Failed">How many could not be embedded.</param>
/// <param name="Stored">How long sending and storing took.</param>
/// <param name="Elapsed">How long indexing took, including embedding if it was waited for.</param>
internal sealed record IndexingReport(
    long Received,
    long Written,
    long Unchanged,
    long Rejected,
    long Failed,
    TimeSpan Stored,
    TimeSpan Elapsed
)
{
    /// <summary>When the last document was embedded, if that was waited for; building the vector index may take longer.</summary>
    public TimeSpan? Embedded { get; init; }

    /// <summary>The documents that were refused or could not be embedded.</summary>
    public IReadOnlyList<SkippedDocument> Skipped { get; init; } = [];

    /// <summary>New or changed documents per second.</summary>
    public double DocumentsPerSecond => Written / Math.Max((Embedded ?? Elapsed).TotalSeconds, 1e-9);

    /// <summary>Whether every document was stored and embedded.</summary>
    public bool IsComplete => Rejected == 0 && Failed == 0;

    /// <summary>The report in one line.</summary>
    /// <param name="waited">Whether embedding was waited for.</param>
    public string Describe(bool waited)
    {
        var done = waited ? "stored and embedded" : "stored";
        var index = Elapsed - (Embedded ?? Elapsed) is { TotalSeconds: >= 1 } later
            ? $", its vectors indexed {later.TotalSeconds:0.0} s later"
            : "";
        var problems = (Rejected > 0 ? $", {Rejected:N0} refused" : "") + (Failed > 0 ? $", {Failed:N0} could not be embedded" : "");
        return Written == 0 && Unchanged > 0
            ? $"{Unchanged:N0} documents are unchanged and were not embedded again; checked in {Elapsed.TotalSeconds:0.0} s{problems}"
            : $"{Written:N0} documents {done} in {(Embedded ?? Elapsed).TotalSeconds:0.0} s ({DocumentsPerSecond:N0} documents/s), "
                + $"{Unchanged:N0} unchanged{index}{problems}";
    }
}

/// <summary>A document that was refused or could not be embedded.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Reason">Why.</param>
internal sealed record SkippedDocument(string Id, string Reason);

/// <summary>The progress of indexing.</summary>
/// <param name="Sent">How many documents were sent.</param>
/// <param name="Ready">How many of them are embedded or needed no embedding.</param>
/// <param name="Elapsed">The time since the start.</param>
internal readonly record struct IndexingState(long Sent, long Ready, TimeSpan Elapsed);
