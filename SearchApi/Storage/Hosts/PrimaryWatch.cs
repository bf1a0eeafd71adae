using Npgsql;

namespace EmbedPlatform.SearchApi.Storage.Hosts;

/// <summary>
/// Reads the primary's timeline every second if there are several hosts. New connections are checked when they are opened, but those to a
/// standby stay open when it is promoted.
/// </summary>
internal sealed class PrimaryWatch(NpgsqlDataSource database, DatabaseHosts hosts, ILogger<PrimaryWatch> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (hosts.All is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval);
        do
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                await hosts.Timeline.CheckAsync(connection, PrimaryTimeline.Read, stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                log.LogDebug("The primary's timeline could not be read: {Reason}", failure.Message);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
