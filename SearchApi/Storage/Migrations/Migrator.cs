using System.Data;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Storage.Migrations;

/// <summary>Migrates the schema. Replicas may start concurrently: one migrates, the others wait for it.</summary>
internal sealed class Migrator(
    NpgsqlDataSource database,
    IDistribution distribution,
    IOptions<StorageOptions> options,
    SchemaState state,
    ILogger<Migrator> log
)
{
    private const long AdvisoryLock = 0x456D62506C6174; // "EmbPlat"

    private const string Lock = "SELECT pg_advisory_lock($1)";

    private const string Unlock = "SELECT pg_advisory_unlock($1)";

    private const string CreateHistory = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            version    integer PRIMARY KEY,
            name       text NOT NULL,
            checksum   text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now())
        """;

    private const string ReadHistory = "SELECT version, checksum FROM schema_migration";

    private const string AddToHistory = "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)";

    /// <summary>Applies the missing migrations; returns their number.</summary>
    /// <exception cref="SchemaMismatchException">
    /// An applied migration differs from this program's, or is newer than all of them.
    /// </exception>
    public async Task<int> MigrateAsync(IReadOnlyList<MigrationScript> scripts, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var take = connection.Command(Lock, AdvisoryLock))
        {
            // Another replica's long migration must not time out this one.
            take.CommandTimeout = 0;
            await take.ExecuteNonQueryAsync(cancellationToken);
        }

        try
        {
            if (await SchemaSetup.PrepareAsync(connection, options.Value.Schema, cancellationToken))
            {
                log.LogInformation("Moved the tables of an earlier version from public to {Schema}", options.Value.Schema);
            }

            await connection.ExecuteAsync(CreateHistory, cancellationToken);
            var applied = await ReadHistoryAsync(connection, cancellationToken);
            Check(scripts, applied);
            var missing = scripts.Where(script => !applied.ContainsKey(script.Version)).ToList();
            foreach (var script in missing)
            {
                state.MarkMigrating(script.Name);
                await ApplyAsync(connection, script, cancellationToken);
                log.LogInformation("Applied the schema migration {Name}", script.Name);
            }

            await DistributeAsync(connection, cancellationToken);
            return missing.Count;
        }
        finally
        {
            // A lost connection has given the lock back.
            if (connection.State == ConnectionState.Open)
            {
                await connection.ExecuteAsync(Unlock, CancellationToken.None, AdvisoryLock);
            }
        }
    }

    private static void Check(IReadOnlyList<MigrationScript> scripts, Dictionary<int, string> applied)
    {
        foreach (var (version, checksum) in applied)
        {
            var script =
                scripts.FirstOrDefault(script => script.Version == version)
                ?? throw new SchemaMismatchException($"the database has migration {version}, which is newer than this program");
            if (script.Checksum != checksum)
            {
                throw new SchemaMismatchException($"migration {script.Name} was applied with different content");
            }
        }
    }

    private static async Task<Dictionary<int, string>> ReadHistoryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(ReadHistory);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            applied[reader.GetInt32(0)] = reader.GetString(1);
        }

        return applied;
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, MigrationScript script, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var command = connection.Command(script.Sql))
        {
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await connection.ExecuteAsync(AddToHistory, cancellationToken, script.Version, script.Name, script.Checksum);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task DistributeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await distribution.DistributeAsync(new ConnectionStatements(connection), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private sealed class ConnectionStatements(NpgsqlConnection connection) : IStatements
    {
        public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
        {
            await using var command = connection.Command(sql);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        public async Task<IReadOnlyList<string>> ReadAsync(string sql, CancellationToken cancellationToken)
        {
            await using var command = connection.Command(sql);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<string>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(reader.GetString(0));
            }

            return rows;
        }
    }
}
