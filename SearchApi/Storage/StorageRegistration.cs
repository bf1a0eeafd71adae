using EmbedPlatform.SearchApi.Storage.Migrations;

namespace EmbedPlatform.SearchApi.Storage;

internal static class StorageRegistration
{
    /// <summary>Registers the migrations and the health of the database.</summary>
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<SchemaState>();
        services.AddSingleton<Migrator>();
        services.AddHostedService<MigrationService>();
        services.AddSingleton<EmbeddingWakeUp>();
        services.AddHealthChecks().AddCheck<StorageHealthCheck>("storage");
    }
}
