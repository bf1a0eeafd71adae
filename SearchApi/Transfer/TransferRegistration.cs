namespace EmbedPlatform.SearchApi.Transfer;

internal static class TransferRegistration
{
    public static void AddTransfer(this IServiceCollection services)
    {
        services.AddSingleton<CollectionExporter>();
        services.AddSingleton<ImportWriter>();
        services.AddTransient<CollectionImporter>();
    }
}
