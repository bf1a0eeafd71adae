using EmbedPlatform.SearchApi.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Uploads;

/// <summary>Closes finished and abandoned tasks and deletes old ones. Safe to run on every replica at the same time.</summary>
internal sealed class StaleTaskSweeper(TaskStore tasks, SchemaState schema, IOptions<TaskOptions> options, ILogger<StaleTaskSweeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await tasks.SweepAsync(options.Value.HeartbeatTimeout, options.Value.Retention, stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                log.LogDebug("Stale tasks could not be closed: {Reason}", failure.Message);
            }
        }
    }
}
