using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>A platform that answers, found or started.</summary>
/// <param name="endpoints">Where it listens.</param>
/// <param name="started">What ends it, where this command started it.</param>
internal sealed class Platform(Endpoints endpoints, StartedPlatform? started) : IAsyncDisposable
{
    private readonly Lazy<PlatformClients> _clients = new(() => new PlatformClients(endpoints));

    /// <summary>Where it listens.</summary>
    public Endpoints Endpoints => endpoints;

    /// <summary>A client of SearchApi.</summary>
    /// <exception cref="CommandException">Its address is not known.</exception>
    public ISearchClient Search => Require(endpoints.Search, "search", _clients.Value.Search);

    /// <summary>A client of EmbedService.</summary>
    /// <exception cref="CommandException">Its address is not known.</exception>
    public IEmbedClient Embed => Require(endpoints.Embed, "embed", _clients.Value.Embed);

    /// <summary>A client of RerankService.</summary>
    /// <exception cref="CommandException">Its address is not known.</exception>
    public IRerankClient Rerank => Require(endpoints.Rerank, "rerank", _clients.Value.Rerank);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_clients.IsValueCreated)
        {
            await _clients.Value.DisposeAsync();
        }

        if (started is not null)
        {
            await started.DisposeAsync();
        }
    }

    private static T Require<T>(Uri? address, string service, T? client)
        where T : class =>
        address is not null && client is not null
            ? client
            : throw new CommandException(
                $"the address of the {service} service is not known: pass --{service}-url or set {PlatformFinder.VariableOf(service)}");
}
