using System.Diagnostics.Metrics;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>The meter <c>EmbedPlatform.SearchApi.Ingestion</c>.</summary>
internal sealed class IngestionMetrics
{
    private readonly Counter<long> _documents;
    private readonly Counter<long> _embedded;
    private readonly Counter<long> _reused;
    private readonly Counter<long> _setAside;

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

    public void Written(int documents, int embedded, int reused)
    {
        _documents.Add(documents);
        _embedded.Add(embedded);
        _reused.Add(reused);
    }

    public void SetAside() => _setAside.Add(1);
}
