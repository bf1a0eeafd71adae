using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EmbedPlatform.ServiceDefaults.Telemetry;

/// <summary>
/// One use of a model: a span <c>{operation} {model}</c> and the histogram <c>gen_ai.server.request.duration</c>, with the attributes of OpenTelemetry's
/// semantic conventions for generative AI. Neither ever holds a text.
/// </summary>
public sealed class ModelCall : IDisposable
{
    /// <summary>The conventions' name of making embeddings.</summary>
    public const string Embeddings = "embeddings";

    /// <summary>The conventions know no reranking; this is our name for it.</summary>
    public const string Rerank = "rerank";

    private const string Name = "EmbedPlatform.Models";
    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("gen_ai.server.request.duration", "s", "One use of a model, from asked to answered.");

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Activity? _span;
    private TagList _tags;

    /// <summary>Begins one.</summary>
    /// <param name="operation"><see cref="Embeddings"/> or <see cref="Rerank"/>.</param>
    /// <param name="model">The model's id.</param>
    public ModelCall(string operation, string model)
    {
        _tags = new TagList { { "gen_ai.operation.name", operation }, { "gen_ai.provider.name", "embedplatform" }, { "gen_ai.request.model", model } };
        _span = Source.StartActivity($"{operation} {model}");
        foreach (var (key, value) in _tags)
        {
            _span?.SetTag(key, value);
        }
    }

    /// <summary>Whether somebody looks at the span.</summary>
    public bool IsTraced => _span is { IsAllDataRequested: true };

    /// <summary>Adds an attribute to the span.</summary>
    /// <param name="name">One that the conventions know, or one under <c>embedplatform.</c></param>
    /// <param name="value">A number or a name; never a text that a user sent.</param>
    public ModelCall With(string name, object? value)
    {
        _span?.SetTag(name, value);
        return this;
    }

    /// <summary>Says that it failed; the span names the kind of failure, not its words.</summary>
    public void Failed(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var kind = failure.GetType().Name;
        _tags.Add("error.type", kind);
        _span?.SetTag("error.type", kind).SetStatus(ActivityStatusCode.Error);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, _tags);
        _span?.Dispose();
    }
}
