namespace EmbedPlatform.SearchApi.Documents;

internal static class DocumentRegistration
{
    public static void AddDocuments(this IServiceCollection services)
    {
        services.AddSingleton<DocumentKeys>();
        services.AddSingleton<DocumentWriter>();
        services.AddSingleton<DocumentStore>();
        services.AddSingleton<DocumentPatcher>();
        services.AddHostedService<LexicalReindexer>();
    }
}
