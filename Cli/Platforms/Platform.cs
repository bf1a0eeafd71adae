using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>A running platform, found or started.</summary>
/// <param name="endpoints">Its addresses.</param>
/// <param name="started">The started platform, if this command started it.</param>
internal sealed class Platform(Endpoints endpoints, StartedPlatform? started = null) : IAsyncDisposable
{
    private readonly PlatformClients _clients = new(endpoints);

    /// <summary>Its addresses.</summary>
    public Endpoints Endpoints => endpoints;

    /// <summary>Whether this command started it and stops it at the end.</summary>
    public bool IsOurs => started is not null;

    /// <summary>The ancestor of all its processes, if this command started it.</summary>
    public int? ProcessId => started?.ProcessId;

    /// <summary>The address of SearchApi.</summary>
    /// <exception cref="CommandException">It is not known.</exception>
    public Uri SearchAddress => Require("search", endpoints.Search);

    /// <summary>The address of EmbedService.</summary>
    /// <exception cref="CommandException">It is not known.</exception>
    public Uri EmbedAddress => Require("embed", endpoints.Embed);

    /// <summary>A client of SearchApi.</summary>
    /// <exception cref="CommandException">Its address is not known.</exception>
    public ISearchClient Search => Require("search", _clients.Search);

    /// <summary>A client of SearchApi for a tenant.</summary>
    /// <param name="tenant">The tenant; null for none.</param>
    /// <exception cref="CommandException">Its address is not known.</exception>
    public ISearchClient SearchOf(string? tenant) =>
        string.IsNullOrEmpty(tenant) ? Search : Require("search", _clients.SearchOf(endpoints.Search, tenant));

    /// <summary>A client of SearchApi for a tenant without a timeout, for exports, imports and copies of any size.</summary>
    /// <param name="tenant">The tenant; null for none.</param>
    /// <exception cref="CommandException">Its address is not known.</exception>
    public ISearchClient LongSearchOf(string? tenant) =>
        Require("search", _clients.SearchOf(endpoints.Search, tenant ?? "", Timeout.InfiniteTimeSpan));

    /// <summary>A client of EmbedService.</summary>
    /// <exception cref="CommandException">Its address is not known.</exception>
    public IEmbedClient Embed => Require("embed", _clients.Embed);

    /// <summary>A client of RerankService.</summary>
    /// <exception cref="CommandException">Its address is not known.</exception>
    public IRerankClient Rerank => Require("rerank", _clients.Rerank);

    /// <summary>Waits until the command is interrupted or the platform exits unexpectedly.</summary>
    /// <exception cref="CommandException">The platform exited.</exception>
    public Task StayAsync(CancellationToken cancellationToken) =>
        started?.WatchAsync(cancellationToken) ?? Task.Delay(Timeout.Infinite, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _clients.Dispose();
        if (started is not null)
        {
            await started.DisposeAsync();
        }
    }

    private static T Require<T>(string service, T? client)
        where T : class =>
        client
        ?? throw new CommandException(
            $"the address of the {service} service is not known: pass --{service}-url or set {PlatformFinder.VariableOf(service)}"
        );
}
