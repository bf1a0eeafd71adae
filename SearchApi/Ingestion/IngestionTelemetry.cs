using System.Diagnostics;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>The span <c>ingestion.batch</c>: one for what a worker takes from the queue at a time, a trace of its own.</summary>
internal static class IngestionTelemetry
{
    private static readonly ActivitySource Source = new("EmbedPlatform.Ingestion");

    /// <summary>Begins one; null where nobody listens.</summary>
    public static Activity? Start(int documents) =>
        Source.StartActivity("ingestion.batch", ActivityKind.Consumer)?.SetTag("embedplatform.documents", documents);
}
