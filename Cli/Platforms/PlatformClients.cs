using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Http;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>Clients of the services with a known address.</summary>
internal sealed class PlatformClients : IDisposable
{
    /// <summary>Longer than any admitted request; an overloaded service responds with 429 or 503 much earlier.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>The variable with the platform's API key.</summary>
    internal const string KeyVariable = "EMBEDPLATFORM_API_KEY";

    private readonly List<HttpClient> _connections = [];

    /// <summary>Creates the clients.</summary>
    public PlatformClients(Endpoints endpoints)
    {
        Search = endpoints.Search is { } search ? new SearchClient(Connect(search)) : null;
        Embed = endpoints.Embed is { } embed ? new EmbedClient(Connect(embed)) : null;
        Rerank = endpoints.Rerank is { } rerank ? new RerankClient(Connect(rerank)) : null;
    }

    /// <summary>A client of SearchApi; null if its address is unknown.</summary>
    public ISearchClient? Search { get; }

    /// <summary>A client of EmbedService; null if its address is unknown.</summary>
    public IEmbedClient? Embed { get; }

    /// <summary>A client of RerankService; null if its address is unknown.</summary>
    public IRerankClient? Rerank { get; }

    /// <summary>A client of SearchApi for one tenant; null if its address is unknown.</summary>
    /// <param name="address">The address of SearchApi.</param>
    /// <param name="tenant">The tenant; empty for none.</param>
    /// <param name="timeout">The limit of a request; null for that of the other clients.</param>
    public ISearchClient? SearchOf(Uri? address, string tenant, TimeSpan? timeout = null)
    {
        if (address is null)
        {
            return null;
        }

        var connection = Connect(address);
        connection.Timeout = timeout ?? Timeout;
        if (tenant.Length > 0)
        {
            Tenant.Send(connection, tenant);
        }

        return new SearchClient(connection);
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.ForEach(connection => connection.Dispose());

    private HttpClient Connect(Uri address)
    {
        // Relative addresses replace the part of a base address after its last slash.
        var connection = new HttpClient { BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/"), Timeout = Timeout };
        ApiKey.Send(connection, Environment.GetEnvironmentVariable(KeyVariable));
        _connections.Add(connection);
        return connection;
    }
}
