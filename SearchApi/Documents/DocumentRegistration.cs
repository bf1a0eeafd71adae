namespace EmbedPlatform.SearchApi.Documents;

internal static class DocumentRegistration
{
    /// <summary>Registers documents: how they are written, read and changed.</summary>
    public static void AddDocuments(this IServiceCollection services)
    {
        services.AddSingleton<DocumentWriter>();
        services.AddSingleton<DocumentStore>();
        services.AddSingleton<DocumentPatcher>();
    }
}
