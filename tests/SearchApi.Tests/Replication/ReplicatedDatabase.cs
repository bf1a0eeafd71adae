using EmbedPlatform.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Replication;

/// <summary>A primary and a standby of a test's own, and a Redis that no other test's results are in.</summary>
public sealed class ReplicatedDatabase : IAsyncLifetime
{
    private readonly NativeRedis _redis = new();

    /// <summary>The server that starts as the primary; first in the connection string.</summary>
    public NativePostgres First { get; } = new();

    /// <summary>The server that starts as the standby.</summary>
    public NativePostgres Second { get; private set; } = null!;

    /// <summary>The connection string of both servers.</summary>
    public string ConnectionString
    {
        get
        {
            var settings = new NpgsqlConnectionStringBuilder(First.ConnectionString) { Host = $"{First.Host},{Second.Host}" };
            settings.Remove("Port");
            return settings.ConnectionString;
        }
    }

    public static async Task<ReplicatedDatabase> StartAsync()
    {
        var database = new ReplicatedDatabase();
        await database.InitializeAsync();
        return database;
    }

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(First.InitializeAsync().AsTask(), _redis.InitializeAsync().AsTask());
        await IsUpAsync(First);
        Second = await First.StartStandbyAsync();
        await IsUpAsync(Second);
    }

    /// <summary>A SearchApi on both servers.</summary>
    public Task<Api> ServeAsync(ModelServer models, LogLines? log = null, string settings = "") =>
        Api.StartAsync(
            ConnectionString + settings,
            _redis.ConnectionString,
            models,
            services => services.AddLogging(logging => logging.AddProvider(log ?? new LogLines())),
            // Work that a killed server took along is ready again after its lease.
            ("Ingestion:Lease", "00:00:03")
        );

    /// <summary>Lets no write be acknowledged before the standby has it on disk.</summary>
    public async Task ReplicateSynchronouslyAsync()
    {
        await QueryAsync(First, "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await QueryAsync(First, "SELECT pg_reload_conf()");
        await Eventually.TrueAsync(
            async () => await QueryAsync(First, "SELECT sync_state FROM pg_stat_replication") is "sync",
            "the replication is synchronous"
        );
    }

    /// <summary>Makes the second server the primary.</summary>
    public Task PromoteAsync() => QueryAsync(Second, "SELECT pg_promote()");

    /// <summary>Waits until the standby has replayed everything.</summary>
    public async Task ReplayedAsync()
    {
        var written = await QueryAsync(First, "SELECT pg_current_wal_lsn()::text");
        await Eventually.TrueAsync(
            async () => await QueryAsync(Second, $"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn") is true,
            "the standby has replayed all writes"
        );
    }

    /// <summary>The first value of a query to one server, over a connection of its own.</summary>
    public static async Task<object> QueryAsync(NativePostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() ?? DBNull.Value;
    }

    /// <summary>Waits until a server accepts statements.</summary>
    public static Task IsUpAsync(NativePostgres server) =>
        Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await QueryAsync(server, "SELECT true") is true;
                }
                catch (NpgsqlException)
                {
                    return false;
                }
            },
            "the server is up"
        );

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
        await _redis.DisposeAsync();
    }
}
