using System.Diagnostics;
using System.Globalization;
using System.Net;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Ingestion;

/// <summary>Sends documents in batches, retries failed ones, and waits until all are embedded.</summary>
/// <param name="search">The platform.</param>
/// <param name="collection">The collection, which is created if it is missing.</param>
/// <param name="terminal">Where refused documents are reported.</param>
internal sealed class Indexer(ISearchClient search, string collection, Terminal terminal)
{
    private const int BatchDocuments = 1000;
    private const int BatchCharacters = 4_000_000;
    private const int ReportedErrors = 10;
    private static readonly TimeSpan StallTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Counting a collection takes CPU time from embedding, so large collections are polled less often.</summary>
    private const int PauseByAnswer = 100;

    private readonly Stopwatch _watch = new();
    private readonly List<Guid> _tasks = [];
    private readonly List<SkippedDocument> _skipped = [];
    private long _sent;
    private long _written;
    private long _unchanged;
    private long _rejected;
    private long _pending;
    private TimeSpan _stored;
    private TimeSpan _embedded;
    private TimeSpan _pause = ShortestPause;

    /// <summary>The progress.</summary>
    public IndexingState State
    {
        get
        {
            var sent = Interlocked.Read(ref _sent);
            return new IndexingState(sent, Math.Max(0, sent - Interlocked.Read(ref _pending)), _watch.Elapsed);
        }
    }

    /// <summary>Stores documents and optionally waits until the whole collection is embedded.</summary>
    /// <exception cref="PlatformException">The platform refused a batch or did not respond.</exception>
    /// <exception cref="CommandException">Embedding makes no progress.</exception>
    public async Task<IndexingReport> RunAsync(IAsyncEnumerable<Document> documents, bool wait, CancellationToken cancellationToken)
    {
        _watch.Start();
        var before = await OpenAsync(cancellationToken);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watcher = wait ? FollowPendingAsync(watching.Token) : Task.CompletedTask;
        try
        {
            await SendAsync(documents, cancellationToken);
        }
        finally
        {
            await watching.CancelAsync();
            await watcher;
        }

        _stored = _watch.Elapsed;
        var failed = wait ? await WaitUntilEmbeddedAsync(cancellationToken) - before.Failed : 0;
        if (failed > 0)
        {
            await TellFailuresAsync(cancellationToken);
        }

        return new IndexingReport(_sent, _written, _unchanged, _rejected, Math.Max(0, failed), _stored, _watch.Elapsed)
        {
            Embedded = wait ? _embedded : null,
            Skipped = _skipped,
        };
    }

    private async Task<Collection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await search.CreateCollectionAsync(collection, null, cancellationToken);
        }
        catch (PlatformException taken) when (taken.Status == HttpStatusCode.Conflict)
        {
            // The name may be an alias, which stands for its collection.
            if (await search.GetCollectionAsync(collection, cancellationToken) is { } aliased)
            {
                return aliased;
            }

            throw;
        }
    }

    private async Task SendAsync(IAsyncEnumerable<Document> documents, CancellationToken cancellationToken)
    {
        var batch = new List<Document>(BatchDocuments);
        var characters = 0L;
        await foreach (var document in documents.WithCancellation(cancellationToken))
        {
            batch.Add(document);
            characters += document.Text?.Length ?? 0;
            if (batch.Count >= BatchDocuments || characters >= BatchCharacters)
            {
                await SendBatchAsync(batch, cancellationToken);
                batch.Clear();
                characters = 0;
            }
        }

        if (batch.Count > 0)
        {
            await SendBatchAsync(batch, cancellationToken);
        }
    }

    private async Task SendBatchAsync(List<Document> batch, CancellationToken cancellationToken)
    {
        const int attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await search.UpsertAsync(collection, batch.ToAsyncEnumerable(), cancellationToken);
                Count(batch.Count, result);
                return;
            }
            // An upsert can be repeated: documents that the failed attempt stored count as unchanged.
            catch (PlatformException exception) when (exception.IsTransient && attempt < attempts)
            {
                var pause = exception.RetryAfter ?? TimeSpan.FromSeconds(attempt);
                terminal.WriteErrorLine($"embedctl: storing failed ({exception.Message}), retrying in {pause.TotalSeconds:0} s");
                await Task.Delay(pause, cancellationToken);
            }
        }
    }

    private void Count(int documents, UpsertResult result)
    {
        foreach (var error in result.Errors.Take((int)Math.Max(0, ReportedErrors - _rejected)))
        {
            terminal.WriteErrorLine(
                string.Create(CultureInfo.InvariantCulture, $"embedctl: document {error.Id ?? $"{_sent + error.Index}"} refused: ")
                    + $"{error.Field}: {error.Reason}"
            );
        }

        _skipped.AddRange(
            result.Errors.Select(error => new SkippedDocument(
                error.Id ?? $"number {_sent + error.Index}",
                $"{error.Field}: {error.Reason}"
            ))
        );
        if (result.Task is { } task)
        {
            _tasks.Add(task);
        }

        Interlocked.Add(ref _pending, result.Written);
        Interlocked.Add(ref _sent, documents);
        _written += result.Written;
        _unchanged += result.Unchanged;
        _rejected += result.ErrorCount;
    }

    /// <summary>Each batch is a task of the platform, which reports the outcome of its documents.</summary>
    private async Task TellFailuresAsync(CancellationToken cancellationToken)
    {
        var reported = 0;
        foreach (var id in _tasks)
        {
            var task = await search.GetTaskAsync(id, cancellationToken);
            foreach (var error in (task?.Errors ?? []).Where(error => error.Index is null))
            {
                _skipped.Add(new SkippedDocument(error.Id ?? "", $"could not be embedded: {error.Reason}"));
                if (reported++ < ReportedErrors)
                {
                    terminal.WriteErrorLine($"embedctl: document {error.Id} could not be embedded: {error.Reason}");
                }
            }
        }
    }

    private async Task FollowPendingAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_pause, cancellationToken);
                await ReadPendingAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // All documents are sent.
        }
    }

    private async Task<long> WaitUntilEmbeddedAsync(CancellationToken cancellationToken)
    {
        var lastChange = _watch.Elapsed;
        var last = long.MaxValue;
        while (true)
        {
            var state = await ReadPendingAsync(cancellationToken);
            if (state is { Pending: 0 } && _embedded == TimeSpan.Zero)
            {
                _embedded = _watch.Elapsed;
            }

            if (state is { Pending: 0, IndexPending: false })
            {
                return state.Failed;
            }

            // The progress of building an index is not known.
            if (state is not null && (state.Pending != last || state.Pending == 0))
            {
                (last, lastChange) = (state.Pending, _watch.Elapsed);
            }
            else if (_watch.Elapsed - lastChange > StallTime)
            {
                throw new CommandException(
                    $"no progress in embedding for {StallTime.TotalMinutes:0} minutes: {last:N0} documents of {collection} are pending"
                );
            }

            await Task.Delay(_pause, cancellationToken);
        }
    }

    private async Task<Collection?> ReadPendingAsync(CancellationToken cancellationToken)
    {
        try
        {
            var started = _watch.Elapsed;
            var state =
                await search.GetCollectionAsync(collection, cancellationToken)
                ?? throw new CommandException($"the collection {collection} was deleted during indexing");
            _pause = TimeSpan.FromTicks(
                Math.Clamp((_watch.Elapsed - started).Ticks * PauseByAnswer, ShortestPause.Ticks, LongestPause.Ticks)
            );
            Interlocked.Exchange(ref _pending, state.Pending);
            return state;
        }
        catch (PlatformException exception) when (exception.IsTransient)
        {
            return null;
        }
    }
}
