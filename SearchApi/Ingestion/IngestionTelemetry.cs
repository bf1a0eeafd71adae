using System.Diagnostics;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>The span <c>ingestion.batch</c>: one leased batch, as a trace of its own.</summary>
internal static class IngestionTelemetry
{
    private static readonly ActivitySource Source = new("EmbedPlatform.Ingestion");

    /// <summary>Starts the span; null without a listener.</summary>
    public static Activity? Start(int documents) =>
        Source.StartActivity("ingestion.batch", ActivityKind.Consumer)?.SetTag("embedplatform.documents", documents);
}
