using EmbedPlatform.SearchApi.Storage.Distribution;
using EmbedPlatform.SearchApi.Storage.Migrations;
using EmbedPlatform.ServiceDefaults.Configuration;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Storage;

internal static class StorageRegistration
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddPlatformOptions<StorageOptions>(StorageOptions.SectionName);
        services.AddSingleton<IDistribution>(provider =>
            provider.GetRequiredService<IOptions<StorageOptions>>().Value is { Distributed: DistributedStorage.Citus } options
                ? new CitusCluster(options.ShardCount)
                : new SingleServer()
        );
        services.AddSingleton<SchemaState>();
        services.AddSingleton<Migrator>();
        services.AddHostedService<MigrationService>();
        services.AddSingleton<EmbeddingWakeUp>();
        services.AddHealthChecks().AddCheck<StorageHealthCheck>("storage");
    }
}
