using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Http;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.Client;

/// <summary>
/// Registers the typed clients. Without an address, a client uses the service's name in service discovery. Without an API key,
/// it sends the one configured under <c>ApiKeys:Send:embed</c> (<c>rerank</c>, <c>search</c>), if any.
/// </summary>
public static class ClientRegistration
{
    /// <summary>Registers <see cref="IEmbedClient"/>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="baseAddress">The service's base address; <c>https+http://embed</c> by default.</param>
    /// <param name="apiKey">The API key to send; null for the configured one.</param>
    public static IHttpClientBuilder AddEmbedClient(this IServiceCollection services, Uri? baseAddress = null, string? apiKey = null) =>
        services.AddHttpClient<IEmbedClient, EmbedClient>((provider, http) => Configure(provider, http, baseAddress, apiKey, "embed"));

    /// <summary>Registers <see cref="IRerankClient"/>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="baseAddress">The service's base address; <c>https+http://rerank</c> by default.</param>
    /// <param name="apiKey">The API key to send; null for the configured one.</param>
    public static IHttpClientBuilder AddRerankClient(this IServiceCollection services, Uri? baseAddress = null, string? apiKey = null) =>
        services.AddHttpClient<IRerankClient, RerankClient>((provider, http) => Configure(provider, http, baseAddress, apiKey, "rerank"));

    /// <summary>Registers <see cref="ISearchClient"/>. Long uploads need message handlers without a total request timeout.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="baseAddress">The service's base address; <c>https+http://search</c> by default.</param>
    /// <param name="apiKey">The API key to send; null for the configured one.</param>
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
