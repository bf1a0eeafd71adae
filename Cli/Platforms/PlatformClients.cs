using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Http;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>Clients of the services whose address is known.</summary>
internal sealed class PlatformClients : IDisposable
{
    /// <summary>Longer than the services take for anything they admit; they answer 429 or 503 well before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The variable with the key that the platform asks for.</summary>
    internal const string KeyVariable = "EMBEDPLATFORM_API_KEY";

    private readonly List<HttpClient> _connections = [];

    /// <summary>Makes the clients.</summary>
    public PlatformClients(Endpoints endpoints)
    {
        Search = endpoints.Search is { } search ? new SearchClient(Connect(search)) : null;
        Embed = endpoints.Embed is { } embed ? new EmbedClient(Connect(embed)) : null;
        Rerank = endpoints.Rerank is { } rerank ? new RerankClient(Connect(rerank)) : null;
    }

    /// <summary>A client of SearchApi; null where its address is not known.</summary>
    public ISearchClient? Search { get; }

    /// <summary>A client of EmbedService; null where its address is not known.</summary>
    public IEmbedClient? Embed { get; }

    /// <summary>A client of RerankService; null where its address is not known.</summary>
    public IRerankClient? Rerank { get; }

    /// <summary>A client of SearchApi for one tenant; null where its address is not known.</summary>
    public ISearchClient? SearchOf(Uri? address, string tenant)
    {
        if (address is null)
        {
            return null;
        }

        var connection = Connect(address);
        Tenant.Send(connection, tenant);
        return new SearchClient(connection);
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.ForEach(connection => connection.Dispose());

    private HttpClient Connect(Uri address)
    {
        // Relative addresses replace what follows the last slash of a base address.
        var connection = new HttpClient { BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/"), Timeout = Patience };
        ApiKey.Send(connection, Environment.GetEnvironmentVariable(KeyVariable));
        _connections.Add(connection);
        return connection;
    }
}
