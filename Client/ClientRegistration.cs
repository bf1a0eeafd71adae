using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Http;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.Client;

/// <summary>
/// Registers the typed clients. Without an address a client goes to the service's name in the platform's graph, which service discovery
/// resolves;
/// without an API key it sends the one that the configuration has under <c>ApiKeys:Send:embed</c> (<c>rerank</c>, <c>search</c>), if any.
/// </summary>
public static class ClientRegistration
{
    /// <summary>Registers <see cref="IEmbedClient"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="baseAddress">Where the service is; <c>https+http://embed</c> where not given.</param>
    /// <param name="apiKey">The key that the service asks for.</param>
    public static IHttpClientBuilder AddEmbedClient(this IServiceCollection services, Uri? baseAddress = null, string? apiKey = null) =>
        services.AddHttpClient<IEmbedClient, EmbedClient>((provider, http) => Configure(provider, http, baseAddress, apiKey, "embed"));

    /// <summary>Registers <see cref="IRerankClient"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="baseAddress">Where the service is; <c>https+http://rerank</c> where not given.</param>
    /// <param name="apiKey">The key that the service asks for.</param>
    public static IHttpClientBuilder AddRerankClient(this IServiceCollection services, Uri? baseAddress = null, string? apiKey = null) =>
        services.AddHttpClient<IRerankClient, RerankClient>((provider, http) => Configure(provider, http, baseAddress, apiKey, "rerank"));

    /// <summary>
    /// Registers <see cref="ISearchClient"/>. Uploads of any length need handlers without a limit of time for the whole request.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="baseAddress">Where the service is; <c>https+http://search</c> where not given.</param>
    /// <param name="apiKey">The key that the service asks for.</param>
    public static IHttpClientBuilder AddSearchClient(this IServiceCollection services, Uri? baseAddress = null, string? apiKey = null) =>
        services.AddHttpClient<ISearchClient, SearchClient>(
            (provider, http) =>
            {
                Configure(provider, http, baseAddress, apiKey, "search");
                http.Timeout = Timeout.InfiniteTimeSpan;
            }
        );

    private static void Configure(IServiceProvider services, HttpClient http, Uri? baseAddress, string? apiKey, string service)
    {
        http.BaseAddress = PlatformChannel.WithSlash(baseAddress ?? new Uri($"https+http://{service}"));
        ApiKey.Send(http, apiKey ?? services.GetService<IConfiguration>()?[$"ApiKeys:Send:{service}"]);
    }
}
