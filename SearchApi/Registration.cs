using System.Text.Json.Serialization;
using EmbedPlatform.Client;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Documents;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Http;
using EmbedPlatform.SearchApi.Ingestion;
using EmbedPlatform.SearchApi.Search;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Tenants;
using EmbedPlatform.SearchApi.Transfer;
using EmbedPlatform.SearchApi.Uploads;
using EmbedPlatform.ServiceDefaults.LoadBalancing;

namespace EmbedPlatform.SearchApi;

internal static class Registration
{
    /// <summary>Registers every part of the service, in dependency order.</summary>
    public static void AddSearchApi(this IServiceCollection services)
    {
        services.AddSearchFailures();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        services.AddEmbedClient();
        services.AddRerankClient();
        // Slightly longer than RerankService's own deadline.
        services.AddCallDefaults("rerank", calls => (calls.AttemptSeconds, calls.TotalSeconds) = (65, 75));

        services.AddScoped<TenantContext>();
        services.AddStorage();
        services.AddCollections();
        services.AddDocuments();
        services.AddUploads();
        services.AddIngestion();
        services.AddTransfer();
        services.AddSearch();
        services.AddAssistants();
    }
}
