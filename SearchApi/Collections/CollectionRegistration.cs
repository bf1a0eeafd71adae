namespace EmbedPlatform.SearchApi.Collections;

internal static class CollectionRegistration
{
    public static void AddCollections(this IServiceCollection services)
    {
        services.AddOptions<IngestionOptions>().BindConfiguration("Ingestion").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CollectionStore>();
        services.AddSingleton<CollectionStatistics>();
        services.AddTransient<CollectionPlanner>();
        services.AddTransient<CollectionService>();
    }
}
