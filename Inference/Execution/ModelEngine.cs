using EmbedPlatform.Inference.Execution.Scheduling;

namespace EmbedPlatform.Inference.Execution;

/// <summary>The common part of embedding and rerank models: tokenize, queue, run, shut down.</summary>
internal sealed class ModelEngine<TResult> : IAsyncDisposable
{
    private readonly IBatchRunner<TResult> _runner;
    private readonly EngineMetrics _metrics;
    private readonly EncodingStage _encoding;
    private readonly BatchScheduler<TResult> _scheduler;
    private readonly TimeProvider _time;
    private int _disposed;

    public ModelEngine(LoadedModel model, IBatchRunner<TResult> runner, InferenceOptions options, TimeProvider time)
    {
        var scheduling = SchedulerOptions.From(options);
        (Model, _runner, _time) = (model, runner, time);
        _metrics = new EngineMetrics(model.Id);
        _encoding = new EncodingStage(scheduling.Workers, time);
        _scheduler = new BatchScheduler<TResult>(runner, scheduling, time, _metrics);
    }

    /// <inheritdoc cref="IOutOfMemoryReporter.OutOfMemory"/>
    public event Action<ModelOutOfMemoryException>? OutOfMemory
    {
        add => _scheduler.OutOfMemory += value;
        remove => _scheduler.OutOfMemory -= value;
    }

    public LoadedModel Model { get; }

    public EngineStatus Status => _scheduler.Status;

    /// <summary>The most tokens of a text under these options.</summary>
    public int Limit(RequestOptions options)
    {
        if (options.MaxTokens is { } tokens)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1, nameof(options));
        }

        return Math.Min(Model.MaxTokens, options.MaxTokens ?? Model.MaxTokens);
    }

    public async Task<(EncodedText[] Texts, TResult[] Results)> RunAsync(
        int count,
        Func<int, EncodedText> encode,
        RequestOptions options,
        CancellationToken cancellationToken
    )
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, typeof(ModelEngine<TResult>));
        try
        {
            var texts = await TokenizeAsync(count, encode, options, cancellationToken).ConfigureAwait(false);
            var results = await _scheduler.RunAsync(texts, options, cancellationToken).ConfigureAwait(false);
            _metrics.RequestEnded("ok");
            return (texts, results);
        }
        catch (Exception end)
        {
            _metrics.RequestEnded(
                end switch
                {
                    QueueFullException => "rejected",
                    DeadlineExceededException => "deadline",
                    OperationCanceledException => "cancelled",
                    InferenceFailedException => "failed",
                    _ => "refused",
                }
            );
            throw;
        }
    }

    private async Task<EncodedText[]> TokenizeAsync(
        int count,
        Func<int, EncodedText> encode,
        RequestOptions options,
        CancellationToken cancellationToken
    )
    {
        using var span = InferenceTelemetry.Source.StartActivity("inference.tokenize");
        span?.SetTag("model", Model.Id).SetTag("texts", count);
        var started = _time.GetTimestamp();
        var texts = await _encoding
            .EncodeAsync(count, encode, options, Limit(options), tokens => _scheduler.ThrowIfFull(options, tokens), cancellationToken)
            .ConfigureAwait(false);
        if (options.Timings is { } timings)
        {
            timings.Tokenization += _time.GetElapsedTime(started);
        }

        _metrics.Truncated(texts.Count(text => text.Truncated));
        span?.SetTag("tokens", texts.Sum(text => (long)text.Length));
        return texts;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _scheduler.DisposeAsync().ConfigureAwait(false);
        (_runner as IDisposable)?.Dispose();
        _metrics.Dispose();
    }
}
