using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>Embeds pending documents in the background, concurrently with the workers of other replicas.</summary>
internal sealed class EmbeddingWorkers(
    EmbeddingQueue queue,
    EmbeddingBatchHandler processor,
    SchemaState schema,
    EmbeddingWakeUp signal,
    IOptions<IngestionOptions> options,
    ILogger<EmbeddingWorkers> log
) : BackgroundService
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(250);

    private readonly IngestionOptions _options = options.Value;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        await Task.WhenAll(Enumerable.Range(0, _options.Workers).Select(_ => Task.Run(() => WorkAsync(stoppingToken), stoppingToken)));
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        var backoff = FirstBackoff;
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan? wait;
            try
            {
                var (taken, trouble) = await TakeAndProcessAsync(backoff, stoppingToken);
                wait = trouble;
                if (taken == 0)
                {
                    await signal.WaitAsync(_options.PollInterval, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The batch becomes ready again when its lease ends; the worker must survive.
                log.LogWarning("An embedding worker failed: {Reason}", failure.Message);
                wait = backoff;
            }

            if (wait is { } pause)
            {
                await Task.Delay(pause < _options.MaxBackoff ? pause : _options.MaxBackoff, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                backoff = backoff * 2 < _options.MaxBackoff ? backoff * 2 : _options.MaxBackoff;
            }
            else
            {
                backoff = FirstBackoff;
            }
        }
    }

    private async Task<(int Taken, TimeSpan? Trouble)> TakeAndProcessAsync(TimeSpan backoff, CancellationToken stoppingToken)
    {
        var token = Guid.NewGuid();
        var items = await queue.TakeAsync(_options.BatchSize, _options.Lease, token, stoppingToken);
        if (items.Count == 0)
        {
            return (0, null);
        }

        using var span = IngestionTelemetry.Start(items.Count);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var renewing = RenewAsync(token, done.Token);
        try
        {
            return (items.Count, await processor.ProcessAsync(token, items, backoff, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // On a graceful shutdown, another worker can take the batch at once.
            await queue.ReleaseAsync(token, items, TimeSpan.Zero, CancellationToken.None);
            throw;
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
        }
    }

    private async Task RenewAsync(Guid token, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.Lease / 3);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await queue.RenewAsync(token, _options.Lease, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or Npgsql.NpgsqlException or TimeoutException)
        {
            // Without renewal another worker may repeat the work; the writer accepts only one result.
            log.LogDebug("The lease could not be renewed: {Reason}", failure.Message);
        }
    }
}
