namespace EmbedPlatform.SearchApi.Collections;

internal static class CollectionRegistration
{
    /// <summary>Registers collections and their settings.</summary>
    public static void AddCollections(this IServiceCollection services)
    {
        services.AddOptions<IngestionOptions>().BindConfiguration("Ingestion").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CollectionStore>();
        services.AddSingleton<CollectionStatistics>();
        services.AddTransient<CollectionPlanner>();
        services.AddTransient<CollectionService>();
    }
}
