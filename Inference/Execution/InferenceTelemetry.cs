using System.Diagnostics;
using System.Diagnostics.Metrics;
using EmbedPlatform.Inference.Execution.Scheduling;

namespace EmbedPlatform.Inference.Execution;

/// <summary>The names of the engine's telemetry.</summary>
public static class InferenceTelemetry
{
    /// <summary>
    /// The name of the activity source and of the meter. Spans under the caller's: <c>inference.tokenize</c>, <c>inference.queue</c>,
    /// <c>inference.run</c> and, at its end, <c>inference.pool</c>.
    /// </summary>
    public const string Name = "EmbedPlatform.Inference";

    internal static ActivitySource Source { get; } = new(Name);
}

/// <summary>The instruments of one loaded model.</summary>
internal sealed class EngineMetrics : IDisposable
{
    private readonly Meter _meter = new(InferenceTelemetry.Name);
    private readonly Counter<long> _texts;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _paddedTokens;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _dropped;
    private readonly Histogram<double> _queued;
    private readonly Histogram<double> _ran;
    private readonly Counter<double> _processor;
    private readonly Histogram<double> _fill;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _truncated;
    private readonly KeyValuePair<string, object?> _model;

    public EngineMetrics(string model)
    {
        _model = new("model", model);
        _texts = _meter.CreateCounter<long>("embedplatform.inference.texts", "{text}", "Texts, or pairs, run.");
        _tokens = _meter.CreateCounter<long>("embedplatform.inference.tokens", "{token}", "Tokens run, without padding.");
        _paddedTokens = _meter.CreateCounter<long>("embedplatform.inference.padded_tokens", "{token}", "Tokens run, padding included.");
        _batches = _meter.CreateCounter<long>("embedplatform.inference.batches", "{batch}", "Batches run.");
        _failures = _meter.CreateCounter<long>("embedplatform.inference.batch_failures", "{batch}", "Batches that failed.");
        _dropped = _meter.CreateCounter<long>(
            "embedplatform.inference.dropped_texts",
            "{text}",
            "Texts dropped before they ran: cancelled or past their deadline."
        );
        _queued = _meter.CreateHistogram<double>(
            "embedplatform.inference.queue.duration",
            "s",
            "From admission to a request's first batch."
        );
        _ran = _meter.CreateHistogram<double>("embedplatform.inference.batch.duration", "s", "One batch in the model.");
        _processor = _meter.CreateCounter<double>(
            "embedplatform.inference.batch.cpu",
            "s",
            "Processor time of the batches in the model, where the system reports it."
        );
        _fill = _meter.CreateHistogram<double>(
            "embedplatform.inference.batch.fill",
            "1",
            "Tokens of a batch as a share of the maximum batch size."
        );
        _requests = _meter.CreateCounter<long>(
            "embedplatform.inference.requests",
            "{request}",
            "Requests by outcome: ok, rejected (queue full), deadline, cancelled, failed, refused (invalid)."
        );
        _truncated = _meter.CreateCounter<long>(
            "embedplatform.inference.truncated_texts",
            "{text}",
            "Texts that lost tokens to the model's limit."
        );
    }

    public void ReportQueue(Func<long> queuedTokens) =>
        _meter.CreateObservableGauge(
            "embedplatform.inference.queued_tokens",
            () => new Measurement<long>(queuedTokens(), _model),
            "{token}",
            "Tokens admitted and not yet run."
        );

    public void BatchRan(int texts, long tokens, long paddedTokens, double fill, TimeSpan elapsed, TimeSpan? processor)
    {
        _texts.Add(texts, _model);
        _tokens.Add(tokens, _model);
        _paddedTokens.Add(paddedTokens, _model);
        _batches.Add(1, _model);
        _fill.Record(fill, _model);
        _ran.Record(elapsed.TotalSeconds, _model);
        if (processor is { } spent)
        {
            _processor.Add(spent.TotalSeconds, _model);
        }
    }

    public void BatchFailed() => _failures.Add(1, _model);

    public void Dropped(int texts, string reason) => _dropped.Add(texts, _model, new("reason", reason));

    public void RequestEnded(string outcome) => _requests.Add(1, _model, new("outcome", outcome));

    public void Truncated(int texts)
    {
        if (texts > 0)
        {
            _truncated.Add(texts, _model);
        }
    }

    public void RequestStarted(TimeSpan waited) => _queued.Record(waited.TotalSeconds, _model);

    /// <summary>
    /// Writes a request's spans in hindsight, so that no span has to change threads. Several batches' pooling is shown in one piece, at the
    /// end.
    /// </summary>
    public void Trace<TResult>(QueuedRequest<TResult> request, DateTimeOffset finished, string? error)
    {
        if (!InferenceTelemetry.Source.HasListeners())
        {
            return;
        }

        using (
            Span(
                "inference.queue",
                request,
                request.Parent,
                request.Admitted,
                request.Started ?? finished,
                request.Started is null ? error : null
            )
        ) { }

        if (request.Started is not { } start)
        {
            return;
        }

        using var run = Span("inference.run", request, request.Parent, start, finished, error);
        run?.SetTag("batches", request.Batches).SetTag("batch_size", request.LargestBatch);
        if (request.Pooling > TimeSpan.Zero)
        {
            var began = finished - request.Pooling;
            using var pool = Span("inference.pool", request, run?.Context ?? request.Parent, began > start ? began : start, finished, null);
        }
    }

    public void Dispose() => _meter.Dispose();

    private Activity? Span<TResult>(
        string name,
        QueuedRequest<TResult> request,
        ActivityContext parent,
        DateTimeOffset start,
        DateTimeOffset end,
        string? error
    )
    {
        var span = InferenceTelemetry.Source.StartActivity(name, ActivityKind.Internal, parent, startTime: start);
        span?.SetTag("model", _model.Value).SetTag("tokens", request.Tokens).SetTag("texts", request.Texts.Count);
        if (error is not null)
        {
            span?.SetStatus(ActivityStatusCode.Error, error);
        }

        return span?.SetEndTime(end.UtcDateTime);
    }
}
