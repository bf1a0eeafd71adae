using System.Diagnostics.Metrics;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>What ingestion counts, under the meter <c>EmbedPlatform.SearchApi.Ingestion</c>.</summary>
internal sealed class IngestionMetrics
{
    private readonly Counter<long> _documents;
    private readonly Counter<long> _embedded;
    private readonly Counter<long> _reused;
    private readonly Counter<long> _setAside;

    /// <summary>Makes the instruments.</summary>
    public IngestionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("EmbedPlatform.SearchApi.Ingestion");
        _documents = meter.CreateCounter<long>(
            "embedplatform.ingestion.documents",
            "{document}",
            "Documents whose vectors were committed."
        );
        _embedded = meter.CreateCounter<long>(
            "embedplatform.ingestion.chunks.embedded",
            "{chunk}",
            "Chunks that were embedded and committed."
        );
        _reused = meter.CreateCounter<long>(
            "embedplatform.ingestion.chunks.reused",
            "{chunk}",
            "Chunks of changed documents whose vectors were kept."
        );
        _setAside = meter.CreateCounter<long>(
            "embedplatform.ingestion.documents.set_aside",
            "{document}",
            "Documents that were set aside with a reason."
        );
    }

    /// <summary>Counts what one transaction wrote.</summary>
    public void Written(int documents, int embedded, int reused)
    {
        _documents.Add(documents);
        _embedded.Add(embedded);
        _reused.Add(reused);
    }

    /// <summary>Counts a document that was set aside.</summary>
    public void SetAside() => _setAside.Add(1);
}
