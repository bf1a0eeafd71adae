namespace EmbedPlatform.SearchApi.Ingestion;

internal static class IngestionRegistration
{
    public static void AddIngestion(this IServiceCollection services)
    {
        services.AddSingleton<IngestionMetrics>();
        services.AddSingleton<EmbeddingQueue>();
        services.AddSingleton<EmbeddedChunkStore>();
        services.AddSingleton<TokenOffsetReader>();
        services.AddSingleton<DocumentEmbedder>();
        services.AddSingleton<EmbeddingWriter>();
        services.AddSingleton<EmbeddingBatchHandler>();
        services.AddSingleton<Reembedding>();
        services.AddHostedService<EmbeddingWorkers>();
        services.AddSingleton<VectorIndex>();
        services.AddHostedService<VectorIndexer>();
    }
}
