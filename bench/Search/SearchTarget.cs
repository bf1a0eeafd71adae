using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Http;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage.Distribution;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.Bench.Search;

/// <summary>The measured collection of a running platform, over HTTP and in its database.</summary>
internal sealed class SearchTarget : IAsyncDisposable
{
    private readonly List<HttpClient> _connections = [];

    private SearchTarget(SearchSettings settings, NpgsqlDataSource database, CollectionRecord collection)
    {
        (Settings, Database, Collection) = (settings, database, collection);
        Questions = new QuerySampler(database, collection, settings.Seed);
        Search = new SearchClient(Connect(settings.Search));
        Embed = new EmbedClient(Connect(settings.Embed));
    }

    public SearchSettings Settings { get; }

    public NpgsqlDataSource Database { get; }

    public CollectionRecord Collection { get; }

    public QuerySampler Questions { get; }

    public SearchClient Search { get; }

    public EmbedClient Embed { get; }

    /// <exception cref="CommandException">The collection does not exist.</exception>
    public static async Task<SearchTarget> OpenAsync(SearchSettings settings)
    {
        var database = NpgsqlDataSource.Create(ProductSchema.In(settings.Database));
        var row =
            await new CollectionStore(database, new SingleServer(), Options.Create(new IngestionOptions())).FindAsync(
                string.Empty,
                settings.Collection,
                default
            )
            ?? throw new CommandException($"the collection {settings.Collection} does not exist");
        return new SearchTarget(settings, database, row);
    }

    public async Task DescribeAsync(Report report)
    {
        var state =
            await Search.GetCollectionAsync(Settings.Collection)
            ?? throw new CommandException($"SearchApi has no collection {Settings.Collection}: it uses another database");
        if (state.Pending > 0)
        {
            throw new CommandException($"{state.Pending} documents of {Settings.Collection} are not embedded yet");
        }

        report.Fact("collection", $"{Settings.Collection}: {state.Documents:N0} documents, {state.Chunks:N0} chunks, {state.Model}");
        report.Fact("cores, load before", $"{Environment.ProcessorCount}, {Host.LoadAverage}");
        report.Fact("seed", $"{Settings.Seed}");
    }

    /// <summary>The query's vector, as SearchApi gets it.</summary>
    public async Task<float[]> VectorAsync(string query) =>
        (await Embed.EmbedAsync(new EmbedRequest([query], "query") { Model = Collection.Space.Model })).Embeddings[0];

    public async ValueTask DisposeAsync()
    {
        _connections.ForEach(connection => connection.Dispose());
        await Database.DisposeAsync();
    }

    private HttpClient Connect(Uri address)
    {
        var connection = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
        {
            // Relative addresses replace the part of a base address after its last slash.
            BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = TimeSpan.FromMinutes(2),
        };
        ApiKey.Send(connection, Environment.GetEnvironmentVariable(PlatformClients.KeyVariable));
        _connections.Add(connection);
        return connection;
    }
}
