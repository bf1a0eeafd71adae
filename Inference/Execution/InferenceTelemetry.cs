using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EmbedPlatform.Inference.Execution;

/// <summary>The names under which the engine reports what it does.</summary>
public static class InferenceTelemetry
{
    /// <summary>The name of the activity source (spans <c>inference.queue</c> and <c>inference.run</c>) and of the meter.</summary>
    public const string Name = "EmbedPlatform.Inference";

    internal static ActivitySource Source { get; } = new(Name);
}

/// <summary>The instruments of one loaded model.</summary>
internal sealed class EngineMetrics : IDisposable
{
    private readonly Meter _meter = new(InferenceTelemetry.Name);
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _paddedTokens;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _dropped;
    private readonly Histogram<double> _queued;
    private readonly Histogram<double> _ran;
    private readonly KeyValuePair<string, object?> _model;

    public EngineMetrics(string model)
    {
        _model = new("model", model);
        _tokens = _meter.CreateCounter<long>("embedplatform.inference.tokens", "{token}", "Tokens run, without padding.");
        _paddedTokens = _meter.CreateCounter<long>("embedplatform.inference.padded_tokens", "{token}", "Tokens run, padding included.");
        _batches = _meter.CreateCounter<long>("embedplatform.inference.batches", "{batch}", "Batches run.");
        _failures = _meter.CreateCounter<long>("embedplatform.inference.batch_failures", "{batch}", "Batches that failed.");
        _dropped = _meter.CreateCounter<long>("embedplatform.inference.dropped_texts", "{text}", "Texts dropped before they ran: cancelled or too late.");
        _queued = _meter.CreateHistogram<double>("embedplatform.inference.queue.duration", "s", "From admission to a request's first batch.");
        _ran = _meter.CreateHistogram<double>("embedplatform.inference.batch.duration", "s", "One batch in the model.");
    }

    public void ReportQueue(Func<long> queuedTokens) => _meter.CreateObservableGauge(
        "embedplatform.inference.queued_tokens", () => new Measurement<long>(queuedTokens(), _model), "{token}", "Tokens admitted and not yet run.");

    public void BatchRan(long tokens, long paddedTokens, TimeSpan elapsed)
    {
        _tokens.Add(tokens, _model);
        _paddedTokens.Add(paddedTokens, _model);
        _batches.Add(1, _model);
        _ran.Record(elapsed.TotalSeconds, _model);
    }

    public void BatchFailed() => _failures.Add(1, _model);

    public void Dropped(int texts) => _dropped.Add(texts, _model);

    public void RequestStarted(TimeSpan waited) => _queued.Record(waited.TotalSeconds, _model);

    /// <summary>Writes a request's two spans in hindsight, so that no span has to change threads.</summary>
    public void Trace(ActivityContext parent, DateTimeOffset admitted, DateTimeOffset? started, DateTimeOffset finished, long tokens, string? error)
    {
        if (!InferenceTelemetry.Source.HasListeners())
        {
            return;
        }

        Span("inference.queue", parent, admitted, started ?? finished, tokens, started is null ? error : null);
        if (started is { } start)
        {
            Span("inference.run", parent, start, finished, tokens, error);
        }
    }

    public void Dispose() => _meter.Dispose();

    private void Span(string name, ActivityContext parent, DateTimeOffset start, DateTimeOffset end, long tokens, string? error)
    {
        using var span = InferenceTelemetry.Source.StartActivity(name, ActivityKind.Internal, parent, startTime: start);
        span?.SetTag("model", _model.Value).SetTag("tokens", tokens);
        if (error is not null)
        {
            span?.SetStatus(ActivityStatusCode.Error, error);
        }

        span?.SetEndTime(end.UtcDateTime);
    }
}
