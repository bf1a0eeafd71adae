using Npgsql;

namespace EmbedPlatform.SearchApi.Storage.Migrations;

/// <summary>Migrates at startup, retrying until the database is available; until then requests get a 503.</summary>
internal sealed class MigrationService(
    Migrator migrator,
    SchemaState state,
    IHostApplicationLifetime lifetime,
    ILogger<MigrationService> log
) : BackgroundService
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = FirstWait;
        while (true)
        {
            try
            {
                await migrator.MigrateAsync(MigrationScript.All, stoppingToken);
                state.MarkReady(MigrationScript.All[^1].Version);
                return;
            }
            catch (SchemaMismatchException mismatch)
            {
                log.LogCritical("SearchApi cannot start: {Reason}", mismatch.Message);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
            catch (NpgsqlException failure)
            {
                log.LogWarning("The database cannot be migrated yet: {Reason}. Retrying", failure.Message);
                state.MarkFailed(failure.Message);
                await Task.Delay(wait, stoppingToken);
                wait = wait * 2 < MaxWait ? wait * 2 : MaxWait;
            }
        }
    }
}
