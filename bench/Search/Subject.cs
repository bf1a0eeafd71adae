using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Http;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.Bench.Search;

/// <summary>What is measured: a collection of a running platform, over HTTP and in its database.</summary>
internal sealed class Subject : IAsyncDisposable
{
    private const string KeyVariable = "EMBEDPLATFORM_API_KEY";
    private readonly List<HttpClient> _connections = [];

    private Subject(Settings settings, NpgsqlDataSource database, CollectionRecord collection)
    {
        (Settings, Database, Collection) = (settings, database, collection);
        Questions = new Questions(database, collection, settings.Seed);
        Search = new SearchClient(Connect(settings.Search!));
        Embed = new EmbedClient(Connect(settings.Embed!));
    }

    public Settings Settings { get; }

    public NpgsqlDataSource Database { get; }

    public CollectionRecord Collection { get; }

    public Questions Questions { get; }

    public SearchClient Search { get; }

    public EmbedClient Embed { get; }

    /// <exception cref="UsageException">There is no such collection, or it is not embedded yet.</exception>
    public static async Task<Subject> OpenAsync(Settings settings)
    {
        var database = NpgsqlDataSource.Create(settings.Database);
        var row =
            await new CollectionStore(database, Options.Create(new IngestionOptions())).FindAsync(
                string.Empty,
                settings.Collection,
                default
            )
            ?? throw new UsageException($"there is no collection {settings.Collection}");
        return new Subject(settings, database, row);
    }

    public async Task DescribeAsync(Report report)
    {
        var state =
            await Search.GetCollectionAsync(Settings.Collection)
            ?? throw new UsageException($"SearchApi has no collection {Settings.Collection}: it works on another database");
        if (state.Pending > 0)
        {
            throw new UsageException($"{state.Pending} documents of {Settings.Collection} are not embedded yet");
        }

        report.Fact("collection", $"{Settings.Collection}: {state.Documents:N0} documents, {state.Chunks:N0} chunks, {state.Model}");
        report.Fact(
            "cores, load before",
            $"{Environment.ProcessorCount}, {(File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown")}"
        );
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
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(2),
        };
        ApiKey.Send(connection, Environment.GetEnvironmentVariable(KeyVariable));
        _connections.Add(connection);
        return connection;
    }
}
