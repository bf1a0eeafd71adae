using EmbedPlatform.ServiceDefaults.Configuration;

namespace EmbedPlatform.SearchApi.Collections;

internal static class CollectionRegistration
{
    public static void AddCollections(this IServiceCollection services)
    {
        services.AddPlatformOptions<IngestionOptions>(
            IngestionOptions.SectionName,
            new Dictionary<string, string>
            {
                ["LongestBackoff"] = nameof(IngestionOptions.MaxBackoff),
                ["IndexFrom"] = nameof(IngestionOptions.IndexThreshold),
                ["IndexBy"] = nameof(IngestionOptions.EagerIndexThreshold),
            }
        );
        services.AddSingleton<CollectionStore>();
        services.AddSingleton<CollectionStatistics>();
        services.AddSingleton<CollectionTransaction>();
        services.AddSingleton<CollectionCloner>();
        services.AddTransient<CollectionPlanner>();
        services.AddTransient<CollectionService>();
        services.AddTransient<AliasService>();
    }
}
