using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Documents;
using EmbedPlatform.SearchApi.Failures;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Uploads;

/// <summary>Stores uploads as tasks that any replica can report and cancel.</summary>
internal sealed class UploadService(DocumentBatcher upsert, TaskStore tasks, IOptions<TaskOptions> options, ILogger<UploadService> log)
{
    private static readonly TimeSpan FinalWriteTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Stores a complete list of documents. Its task becomes visible on commit.</summary>
    /// <param name="id">The task's id, not in use.</param>
    /// <param name="accept">Throws if the result should be rejected.</param>
    public async Task<UpsertResult> StoreAsync(
        CollectionRecord collection,
        Guid id,
        IAsyncEnumerable<ParsedDocument> documents,
        Action<UpsertResult> accept,
        CancellationToken cancellationToken
    )
    {
        var (counters, start) = (new UpsertCounters(), Stopwatch.GetTimestamp());
        await upsert.StoreAsync(collection, id, documents, counters, cancellationToken);
        var result = counters.ToResult();
        accept(result);
        await tasks.CreateStoredAsync(id, collection, result, Stopwatch.GetElapsedTime(start), cancellationToken);
        return result with { Task = id };
    }

    /// <summary>Stores a stream of documents. Its task is visible from the beginning.</summary>
    /// <exception cref="ApiException">409: the id is taken, or the task was cancelled; committed documents stay.</exception>
    public async Task<UpsertResult> StreamAsync(
        CollectionRecord collection,
        Guid id,
        IAsyncEnumerable<ParsedDocument> documents,
        CancellationToken cancellationToken
    )
    {
        if (!await tasks.CreateAsync(id, collection, cancellationToken))
        {
            throw new ApiException(StatusCodes.Status409Conflict, "The task exists.", $"Task {id} already exists; choose another id.");
        }

        var counters = new UpsertCounters();
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reporting = ReportAsync(id, counters, reading, done.Token);
        try
        {
            await upsert.StoreAsync(collection, id, documents, counters, reading.Token);
            await StopAsync(done, reporting);
            await tasks.EndAsync(id, counters.ToResult(), "embedding", null, cancellationToken);
            return counters.ToResult() with { Task = id };
        }
        catch (Exception failure)
        {
            await StopAsync(done, reporting);
            var cancelled = reading.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
            var reason =
                cancelled ? "it was cancelled"
                : cancellationToken.IsCancellationRequested ? "the sender closed the connection"
                : failure.Message;
            await RecordEndAsync(id, counters.ToResult(), cancelled ? "cancelled" : "interrupted", reason);
            if (cancelled)
            {
                throw new ApiException(
                    StatusCodes.Status409Conflict,
                    "The task was cancelled.",
                    $"Task {id} was cancelled: {counters.Committed} of the {counters.Received} documents read are committed and stay."
                );
            }

            throw;
        }
    }

    private static async Task StopAsync(CancellationTokenSource done, Task reporting)
    {
        await done.CancelAsync();
        await reporting;
    }

    private async Task ReportAsync(Guid id, UpsertCounters counters, CancellationTokenSource reading, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.ReportInterval);
        while (true)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(cancellationToken))
                {
                    return;
                }

                if (await tasks.ReportAsync(id, counters.ToResult(), cancellationToken))
                {
                    await reading.CancelAsync();
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                // The upload itself detects a database failure, and the next report makes up for a missed one.
                log.LogDebug("The progress of task {Task} could not be written: {Reason}", id, failure.Message);
            }
        }
    }

    // If this write fails too, the sweeper marks the task as interrupted once its heartbeat is stale.
    private async Task RecordEndAsync(Guid id, UpsertResult result, string state, string reason)
    {
        using var timeout = new CancellationTokenSource(FinalWriteTimeout);
        try
        {
            await tasks.EndAsync(id, result, state, reason, timeout.Token);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            log.LogDebug("The result of task {Task} could not be written: {Reason}", id, failure.Message);
        }
    }
}
