using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Http;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.Client;

/// <summary>Registers the typed clients. Without an address a client goes to the service's name in the platform's graph, which service discovery resolves.</summary>
public static class ClientRegistration
{
    /// <summary>Registers <see cref="IEmbedClient"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="baseAddress">Where the service is; <c>https+http://embed</c> where not given.</param>
    public static IHttpClientBuilder AddEmbedClient(this IServiceCollection services, Uri? baseAddress = null) =>
        services.AddHttpClient<IEmbedClient, EmbedClient>(http => Configure(http, baseAddress, "embed"));

    /// <summary>Registers <see cref="IRerankClient"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="baseAddress">Where the service is; <c>https+http://rerank</c> where not given.</param>
    public static IHttpClientBuilder AddRerankClient(this IServiceCollection services, Uri? baseAddress = null) =>
        services.AddHttpClient<IRerankClient, RerankClient>(http => Configure(http, baseAddress, "rerank"));

    /// <summary>Registers <see cref="ISearchClient"/>. Uploads of any length need handlers without a limit of time for the whole request.</summary>
    /// <param name="services">The services.</param>
    /// <param name="baseAddress">Where the service is; <c>https+http://search</c> where not given.</param>
    public static IHttpClientBuilder AddSearchClient(this IServiceCollection services, Uri? baseAddress = null) =>
        services.AddHttpClient<ISearchClient, SearchClient>(http =>
        {
            Configure(http, baseAddress, "search");
            http.Timeout = Timeout.InfiniteTimeSpan;
        });

    private static void Configure(HttpClient http, Uri? baseAddress, string service) =>
        http.BaseAddress = PlatformChannel.WithSlash(baseAddress ?? new Uri($"https+http://{service}"));
}
