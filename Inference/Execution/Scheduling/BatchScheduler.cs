namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>
/// Collects the texts of all callers into batches and runs them on its own threads, each batch on one thread: on a CPU, parallel
/// single-threaded runs beat one multi-threaded run. If the queue is empty and a worker is free, a single text may run on the caller's
/// thread instead; if nothing else runs, it uses all threads that the runner reserves for this. Late and cancelled work never reaches the
/// model.
/// </summary>
internal sealed class BatchScheduler<TResult> : IAsyncDisposable
{
    /// <summary>
    /// Smaller matrices run at a lower rate, so neither idle workers nor the batch time limit shrink a batch below this many tokens.
    /// </summary>
    private const int SmallestBatch = 64;

    /// <summary>
    /// The target upper bound for the duration of a batch, which limits the wait behind it; a large model is efficient even with small
    /// batches.
    /// </summary>
    private static readonly TimeSpan LongestBatch = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly IBatchRunner<TResult> _runner;
    private readonly SchedulerOptions _options;
    private readonly TimeProvider _time;
    private readonly EngineMetrics _metrics;
    private readonly AdmissionControl _admission;
    private readonly LaneQueue<TResult> _interactive = new();
    private readonly LaneQueue<TResult> _bulk = new();
    private readonly LaneRoundRobin _picker = new();
    private readonly Throughput _throughput = new();
    private readonly Task _workersDone;
    private int _running;
    private bool _closing;

    public BatchScheduler(IBatchRunner<TResult> runner, SchedulerOptions options, TimeProvider time, EngineMetrics metrics)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        (_runner, _options, _time, _metrics) = (runner, options, time, metrics);
        _admission = new AdmissionControl(options.QueueTokens);
        metrics.ReportQueue(() => Status.QueuedTokens);
        _workersDone = Task.WhenAll(Enumerable.Range(1, options.Workers).Select(StartWorker));
    }

    /// <summary>A batch ran out of memory; raised by a worker before the callers get the exception.</summary>
    public event Action<ModelOutOfMemoryException>? OutOfMemory;

    public EngineStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new EngineStatus(_options.Workers, _interactive.Tokens + _bulk.Tokens, _options.QueueTokens, Rate())
                {
                    InteractiveTokens = _interactive.Tokens,
                };
            }
        }
    }

    /// <summary>Callers that run their own batch, each counted as a worker meanwhile.</summary>
    private bool HasFreeWorker => _running < _options.Workers;

    private bool NothingWaits => _interactive.IsEmpty && _bulk.IsEmpty;

    /// <summary>Rejects early a request that would be rejected on admission anyway.</summary>
    /// <exception cref="QueueFullException">The lane has no space for that many tokens, or the deadline would pass first.</exception>
    public void ThrowIfFull(RequestOptions options, long tokens)
    {
        lock (_gate)
        {
            _admission.Check(options.Lane, tokens, _interactive.Tokens, _bulk.Tokens, Rate(), options.Deadline - _time.GetUtcNow());
        }
    }

    /// <exception cref="QueueFullException">
    /// The lane is full, or the deadline would pass before the request runs; nothing was admitted.
    /// </exception>
    /// <exception cref="DeadlineExceededException">The deadline passed before the work was done.</exception>
    /// <exception cref="InferenceFailedException">The model failed on a batch with a text of this request.</exception>
    /// <exception cref="ObjectDisposedException">The engine is being shut down.</exception>
    public async Task<TResult[]> RunAsync(IReadOnlyList<EncodedText> texts, RequestOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (texts.Count == 0)
        {
            return [];
        }

        var request = new QueuedRequest<TResult>(texts, options.Lane, options.Deadline);
        var own = Admit(request, options.RunOnCallerThread);
        await using var cancellation = cancellationToken.UnsafeRegister(
            (_, token) => Abandon(request, () => request.Cancel(token), "cancelled"),
            null
        );
        await using var deadline = options.Deadline is { } end ? Expiry(request, end) : null;
        if (own is not null)
        {
            RunBatch(own.Batch, own.Workers);
        }

        var results = await request.Completion.ConfigureAwait(false);
        if (options.Timings is { } timings && request.Started is { } started)
        {
            timings.Queue += started - request.Admitted;
            timings.Inference += _time.GetUtcNow() - started;
        }

        return results;
    }

    /// <summary>Rejects new work, finishes admitted work and stops the threads.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.PulseAll(_gate);
        }

        await _workersDone.ConfigureAwait(false);
    }

    /// <returns>The batch for the caller to run itself; null if a worker runs it.</returns>
    private CallerRun? Admit(QueuedRequest<TResult> request, bool inline)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(BatchScheduler<TResult>));
            request.Admitted = _time.GetUtcNow();
            if (request.IsExpired(request.Admitted))
            {
                throw new DeadlineExceededException();
            }

            _admission.Check(request.Lane, request.Tokens, _interactive.Tokens, _bulk.Tokens, Rate(), request.Deadline - request.Admitted);
            var alone = inline && request.Texts.Count == 1 && HasFreeWorker && NothingWaits;
            var workers = _running == 0 ? Math.Min(_runner.IntraOpThreads, _options.Workers) : 1;
            Queue(request.Lane).Add(request);
            if (alone)
            {
                return new CallerRun(Take(request.Admitted, workers), workers);
            }

            Monitor.PulseAll(_gate);
            return null;
        }
    }

    private ITimer Expiry(QueuedRequest<TResult> request, DateTimeOffset deadline)
    {
        var due = deadline - _time.GetUtcNow();
        var bounded = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(due.TotalMilliseconds), 0, int.MaxValue));
        return _time.CreateTimer(_ => Expire(request), null, bounded, Timeout.InfiniteTimeSpan);
    }

    private void Expire(QueuedRequest<TResult> request)
    {
        if (request.IsExpired(_time.GetUtcNow()))
        {
            Abandon(request, () => request.Fail(new DeadlineExceededException()), "deadline");
        }
    }

    private void Abandon(QueuedRequest<TResult> request, Func<bool> finish, string reason)
    {
        lock (_gate)
        {
            if (!request.IsFinished)
            {
                _metrics.Dropped(Queue(request.Lane).Drop(request), reason);
                Finish(request, finish, reason);
            }
        }
    }

    private Task StartWorker(int number)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            while (Next() is { } batch)
            {
                RunBatch(batch);
            }

            ended.SetResult();
        })
        {
            IsBackground = true,
            Name = $"inference-{number}",
        };
        thread.UnsafeStart();
        return ended.Task;
    }

    /// <returns>The next batch; null once the engine is closing, the queue is empty and no caller runs its own batch.</returns>
    private List<BatchItem<TResult>>? Next()
    {
        lock (_gate)
        {
            while (true)
            {
                var now = _time.GetUtcNow();
                while ((_interactive.Expired(now) ?? _bulk.Expired(now)) is { } late)
                {
                    Abandon(late, () => late.Fail(new DeadlineExceededException()), "deadline");
                }

                if (HasFreeWorker && !NothingWaits)
                {
                    return Take(now);
                }

                if (_closing && _running == 0)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    private List<BatchItem<TResult>> Take(DateTimeOffset now, int workers = 1)
    {
        var queue = Queue(_picker.Pick(!_interactive.IsEmpty, !_bulk.IsEmpty));
        var idle = _options.Workers - _running;
        var share = idle > 1 ? (queue.PendingTokens + idle - 1) / idle : long.MaxValue;
        var inTime = _throughput.TokensPerSecond is > 0 and var rate ? (long)(rate * LongestBatch.TotalSeconds) : long.MaxValue;
        var batch = queue.TakeBatch(Math.Min(_options.BatchTokens, Math.Max(SmallestBatch, Math.Min(share, inTime))));
        _running += workers;
        foreach (var (request, _) in batch)
        {
            if (request.Started is null)
            {
                request.Started = now;
                _metrics.RequestStarted(now - request.Admitted);
            }
        }

        return batch;
    }

    /// <param name="batch">The batch.</param>
    /// <param name="workers">The number of workers it occupies; more than one only for a single text.</param>
    private void RunBatch(List<BatchItem<TResult>> batch, int workers = 1)
    {
        try
        {
            Run(batch, workers);
        }
        catch (Exception exception)
        {
            _metrics.BatchFailed();
            RunApart(batch, exception);
        }
        finally
        {
            lock (_gate)
            {
                _running -= workers;
                Queue(batch[0].Request.Lane).Release(batch.Sum(item => (long)item.Text.Length));
                if (_closing || !NothingWaits)
                {
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    /// <summary>
    /// A batch of several callers failed: retry each request separately, so that one caller's text does not fail the others.
    /// </summary>
    private void RunApart(List<BatchItem<TResult>> batch, Exception exception)
    {
        var requests = batch.GroupBy(item => item.Request).ToList();
        foreach (var own in requests)
        {
            var failure = exception;
            if (requests.Count > 1)
            {
                try
                {
                    Run([.. own]);
                    continue;
                }
                catch (Exception again)
                {
                    failure = again;
                }
            }

            var described = Described(failure);
            Abandon(own.Key, () => own.Key.Fail(described), "failed");
        }
    }

    private InferenceFailedException Described(Exception failure)
    {
        if (!ModelOutOfMemoryException.IsMeantBy(failure))
        {
            return new InferenceFailedException(failure);
        }

        var exhausted = new ModelOutOfMemoryException(failure);
        OutOfMemory?.Invoke(exhausted);
        return exhausted;
    }

    private void Run(List<BatchItem<TResult>> batch, int workers = 1)
    {
        var texts = batch.ConvertAll(item => item.Text);
        var start = _time.GetTimestamp();
        PoolingTimer.TakeElapsed();
        var processor = ThreadCpuTime.Now;
        var results = workers > 1 ? [_runner.RunIntraOp(texts[0])] : _runner.Run(texts);
        processor = ThreadCpuTime.Now - processor;
        var (elapsed, pooling) = (_time.GetElapsedTime(start), PoolingTimer.TakeElapsed());
        if (results.Length != batch.Count)
        {
            throw new InvalidOperationException($"The model returned {results.Length} results for {batch.Count} texts.");
        }

        var tokens = texts.Sum(text => (long)text.Length);
        _metrics.BatchRan(
            texts.Count,
            tokens,
            (long)texts.Max(text => text.Length) * texts.Count,
            (double)tokens / _options.BatchTokens,
            elapsed,
            processor
        );
        lock (_gate)
        {
            _throughput.Add(tokens, elapsed * workers);
            foreach (var request in batch.Select(item => item.Request).Distinct())
            {
                request.Batches++;
                request.LargestBatch = Math.Max(request.LargestBatch, batch.Count);
                request.Pooling += pooling;
            }

            for (var i = 0; i < batch.Count; i++)
            {
                var (request, index) = batch[i];
                if (!request.IsFinished)
                {
                    var result = results[i];
                    Finish(request, () => request.Deliver(index, result), null);
                }
            }
        }
    }

    private void Finish(QueuedRequest<TResult> request, Func<bool> finish, string? error)
    {
        if (finish())
        {
            _metrics.Trace(request, _time.GetUtcNow(), error);
        }
    }

    private double Rate() => _throughput.TokensPerSecond * _options.Workers;

    private LaneQueue<TResult> Queue(Lane lane) => lane == Lane.Interactive ? _interactive : _bulk;

    private sealed record CallerRun(List<BatchItem<TResult>> Batch, int Workers);
}
