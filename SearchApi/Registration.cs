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
using EmbedPlatform.SearchApi.Uploads;
using EmbedPlatform.ServiceDefaults.LoadBalancing;

namespace EmbedPlatform.SearchApi;

/// <summary>What SearchApi is made of.</summary>
internal static class Registration
{
    /// <summary>Registers every part of the service, the lowest first.</summary>
    public static void AddSearchApi(this IServiceCollection services)
    {
        services.AddSearchFailures();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        services.AddEmbedClient();
        services.AddRerankClient();
        // A little longer than RerankService works on a request.
        services.AddCallDefaults("rerank", calls => (calls.AttemptSeconds, calls.TotalSeconds) = (65, 75));

        services.AddScoped<TenantContext>();
        services.AddStorage();
        services.AddCollections();
        services.AddDocuments();
        services.AddUploads();
        services.AddIngestion();
        services.AddSearch();
        services.AddAssistants();
    }
}
