using EmbedPlatform.Bench.Processes;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;
using EmbedPlatform.ServiceDefaults.LoadBalancing;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EmbedPlatform.Bench.Replicas;

/// <summary>New PostgreSQL, Redis and replicas of EmbedService and SearchApi, and a client that balances its calls over them.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly NativePostgres _postgres = new();
    private readonly NativeRedis _redis = new();
    private readonly List<MeasuredService> _embed = [];
    private readonly List<MeasuredService> _search = [];
    private readonly List<CpuQuota> _quotas = [];
    private NpgsqlDataSource? _database;
    private ServiceProvider? _client;

    /// <summary>A client of SearchApi; a new one for each call, as a service gets it.</summary>
    public ISearchClient Search => _client!.GetRequiredService<ISearchClient>();

    public static async Task<Cluster> StartAsync(ReplicasSettings settings, int replicas)
    {
        var cluster = new Cluster();
        try
        {
            await cluster.StartServicesAsync(settings, replicas);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Limits each replica to its part of the CPU from now on.</summary>
    public void Limit(ReplicasSettings settings)
    {
        _embed.ForEach(service => Limit(service, settings.EmbedCores));
        _search.ForEach(service => Limit(service, settings.SearchCores));
    }

    /// <summary>A counter of each EmbedService.</summary>
    public async Task<double[]> EmbedCountersAsync(string name) => await Task.WhenAll(_embed.Select(service => service.CounterAsync(name)));

    /// <summary>A counter of each SearchApi.</summary>
    public async Task<double[]> SearchCountersAsync(string name) =>
        await Task.WhenAll(_search.Select(service => service.CounterAsync(name)));

    public async Task<long> CountAsync(string sql)
    {
        await using var command = _database!.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync() ?? 0L);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        foreach (var service in _search.Concat(_embed))
        {
            await service.DisposeAsync();
        }

        _quotas.ForEach(quota => quota.Dispose());
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private void Limit(MeasuredService service, double cores) => _quotas.Add(new CpuQuota(service.Id, cores));

    private async Task StartServicesAsync(ReplicasSettings settings, int replicas)
    {
        await _postgres.InitializeAsync();
        await _redis.InitializeAsync();
        _database = NpgsqlDataSource.Create(ProductSchema.In(_postgres.ConnectionString));
        for (var i = 0; i < replicas; i++)
        {
            _embed.Add(
                await MeasuredService.StartAsync(
                    "EmbedService",
                    new Dictionary<string, string>
                    {
                        ["ConnectionStrings__cache"] = _redis.ConnectionString,
                        ["Inference__Model"] = settings.Model ?? "default",
                        ["Inference__ModelsRoot"] =
                            settings.ModelsRoot.Length > 0
                                ? settings.ModelsRoot
                                : $"{Repository.PathOf("models")};{Repository.PathOf(".data", "models")}",
                        ["Inference__Workers"] = "1",
                        ["Logging__LogLevel__Default"] = "Critical",
                    }
                )
            );
        }

        for (var i = 0; i < replicas; i++)
        {
            _search.Add(
                await MeasuredService.StartAsync(
                    "SearchApi",
                    new Dictionary<string, string>(Addresses("services__embed__http__", _embed))
                    {
                        // Small batches, so that a short run has enough of them to share.
                        ["Ingestion__BatchSize"] = "16",
                        ["Logging__LogLevel__Default"] = "Critical",
                        ["ConnectionStrings__vectors"] = _postgres.ConnectionString,
                        ["ConnectionStrings__cache"] = _redis.ConnectionString,
                    }
                )
            );
        }

        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                Addresses("services:search:http:", _search).Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))
            )
            .Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddServiceCalls(configuration);
        services.AddSearchClient();
        _client = services.BuildServiceProvider();
    }

    private static IEnumerable<KeyValuePair<string, string>> Addresses(string prefix, IEnumerable<MeasuredService> services) =>
        services.Select((service, i) => KeyValuePair.Create($"{prefix}{i}", service.Address.ToString()));
}
