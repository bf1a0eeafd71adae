using EmbedPlatform.SearchApi.Storage.Migrations;

namespace EmbedPlatform.SearchApi.Storage;

internal static class StorageRegistration
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<SchemaState>();
        services.AddSingleton<Migrator>();
        services.AddHostedService<MigrationService>();
        services.AddSingleton<EmbeddingWakeUp>();
        services.AddHealthChecks().AddCheck<StorageHealthCheck>("storage");
    }
}
