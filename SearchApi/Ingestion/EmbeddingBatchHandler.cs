using EmbedPlatform.Client;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.SearchApi.Collections;
using Npgsql;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>Embeds a leased batch. A document that cannot be embedded is found by bisection and set aside; the others proceed.</summary>
internal sealed class EmbeddingBatchHandler(
    EmbeddingQueue queue,
    DocumentEmbedder embedder,
    EmbeddingWriter writer,
    IEmbedClient service,
    IngestionMetrics metrics,
    ILogger<EmbeddingBatchHandler> log
)
{
    private const int IsolateAfter = 4;
    private const int MaxAttemptsAlone = 8;

    /// <summary>Embeds and writes documents held under one lease.</summary>
    /// <returns>The back-off before the next batch if the service or the database is in trouble; otherwise null.</returns>
    public async Task<TimeSpan?> ProcessAsync(
        Guid token,
        IReadOnlyList<WorkItem> items,
        TimeSpan backoff,
        CancellationToken cancellationToken
    )
    {
        TimeSpan? wait = null;
        foreach (var space in items.GroupBy(item => item.Collection.Space))
        {
            // Documents that were part of several failures are retried alone: one of them may be crashing the service.
            foreach (var group in space.GroupBy(item => item.Attempts > IsolateAfter ? item.DocumentId : 0))
            {
                if (wait is not null)
                {
                    await queue.ReleaseAsync(token, group, wait.Value, cancellationToken);
                    continue;
                }

                wait = await ProcessAsync(token, space.Key, [.. group], backoff, cancellationToken);
            }
        }

        return wait;
    }

    private async Task<TimeSpan?> ProcessAsync(
        Guid token,
        EmbeddingSpace space,
        IReadOnlyList<WorkItem> items,
        TimeSpan backoff,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var documents = await embedder.EmbedAsync(items, cancellationToken);
            var good = items.Zip(documents).Where(pair => pair.Second.Fault is null).ToList();
            if (good.Count > 0)
            {
                await writer.WriteAsync(
                    token,
                    space,
                    [.. good.Select(pair => pair.First)],
                    [.. good.Select(pair => pair.Second)],
                    cancellationToken
                );
            }

            foreach (var (item, document) in items.Zip(documents).Where(pair => pair.Second.Fault is not null))
            {
                await SetAsideAsync(token, item, document.Fault!, cancellationToken);
            }

            return null;
        }
        catch (Exception failure) when (IsRefusal(failure))
        {
            return await IsolateAsync(token, space, items, failure.Message, backoff, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            if (await IsPoisonAsync(items, failure, cancellationToken))
            {
                await SetAsideAsync(
                    token,
                    items[0],
                    $"EmbedService failed {items[0].Attempts} times on this document: {failure.Message}",
                    cancellationToken
                );
                return null;
            }

            var wait = (failure as PlatformException)?.RetryAfter ?? backoff;
            log.LogWarning("{Count} documents could not be embedded: {Reason}; retrying in {Wait}", items.Count, failure.Message, wait);
            await queue.ReleaseAsync(token, items, wait, cancellationToken);
            return wait;
        }
    }

    // A retry of these is rejected again. A missing route or key is a configuration error, not a fault of the document.
    private static bool IsRefusal(Exception failure) =>
        failure switch
        {
            PlatformException { IsTransient: false, Status: { } status } => (int)status is 400 or 413 or 422,
            PostgresException server => server.SqlState.StartsWith("22", StringComparison.Ordinal)
                || server.SqlState.StartsWith("54", StringComparison.Ordinal),
            _ => false,
        };

    private async Task<TimeSpan?> IsolateAsync(
        Guid token,
        EmbeddingSpace space,
        IReadOnlyList<WorkItem> items,
        string reason,
        TimeSpan backoff,
        CancellationToken cancellationToken
    )
    {
        if (items.Count == 1)
        {
            await SetAsideAsync(token, items[0], reason, cancellationToken);
            return null;
        }

        var half = items.Count / 2;
        var first = await ProcessAsync(token, space, [.. items.Take(half)], backoff, cancellationToken);
        var second = await ProcessAsync(token, space, [.. items.Skip(half)], backoff, cancellationToken);
        return first ?? second;
    }

    /// <summary>Whether a document keeps failing on its own although the service is healthy and not merely busy.</summary>
    private async Task<bool> IsPoisonAsync(IReadOnlyList<WorkItem> items, Exception failure, CancellationToken cancellationToken)
    {
        if (
            items is not [{ Attempts: > MaxAttemptsAlone }]
            || failure is not (PlatformException or HttpRequestException or TimeoutException or OperationCanceledException)
            || failure is PlatformException { Status: System.Net.HttpStatusCode.TooManyRequests }
        )
        {
            return false;
        }

        try
        {
            await service.EmbedAsync(
                new EmbedRequest(["probe"], "document", "bulk") { Model = items[0].Collection.Space.Model },
                cancellationToken
            );
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task SetAsideAsync(Guid token, WorkItem item, string reason, CancellationToken cancellationToken)
    {
        log.LogWarning("Document {Document} was set aside: {Reason}", item.DocumentId, reason);
        await queue.SetAsideAsync(token, item, reason, cancellationToken);
        metrics.SetAside();
    }
}
