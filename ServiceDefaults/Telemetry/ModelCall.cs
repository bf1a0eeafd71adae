using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EmbedPlatform.ServiceDefaults.Telemetry;

/// <summary>
/// One call of a model: a span <c>{operation} {model}</c> and a measurement of <c>gen_ai.server.request.duration</c>, with the attributes
/// of OpenTelemetry's semantic conventions for generative AI. Neither ever holds a text.
/// </summary>
public sealed class ModelCall : IDisposable
{
    public const string Embeddings = "embeddings";

    /// <summary>Our own name: the conventions do not cover reranking.</summary>
    public const string Rerank = "rerank";

    private const string Name = "EmbedPlatform.Models";
    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "gen_ai.server.request.duration",
        "s",
        "Duration of a model call, queueing included."
    );

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Activity? _span;
    private TagList _tags;

    private ModelCall(string operation, string model)
    {
        _tags = new TagList
        {
            { "gen_ai.operation.name", operation },
            { "gen_ai.provider.name", "embedplatform" },
            { "gen_ai.request.model", model },
        };
        _span = Source.StartActivity($"{operation} {model}");
        foreach (var (key, value) in _tags)
        {
            _span?.SetTag(key, value);
        }
    }

    /// <summary>Measures one call.</summary>
    /// <param name="operation"><see cref="Embeddings"/> or <see cref="Rerank"/>.</param>
    /// <param name="model">The model's id.</param>
    /// <param name="call">Calls the model.</param>
    /// <param name="describe">Adds attributes to a sampled span.</param>
    public static async Task<TResult> MeasureAsync<TResult>(
        string operation,
        string model,
        Func<Task<TResult>> call,
        Action<ModelCall, TResult> describe
    )
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(describe);
        using var measured = new ModelCall(operation, model);
        try
        {
            var result = await call();
            if (measured._span is { IsAllDataRequested: true })
            {
                describe(measured, result);
            }

            return result;
        }
        catch (Exception failure)
        {
            measured.Fail(failure);
            throw;
        }
    }

    /// <param name="name">From the conventions, or starting with <c>embedplatform.</c></param>
    /// <param name="value">A number or a name, never a user's text.</param>
    public ModelCall With(string name, object? value)
    {
        _span?.SetTag(name, value);
        return this;
    }

    // Only the type of the exception: its message may quote a text.
    private void Fail(Exception failure)
    {
        var kind = failure.GetType().Name;
        _tags.Add("error.type", kind);
        _span?.SetTag("error.type", kind).SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose()
    {
        Duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, _tags);
        _span?.Dispose();
    }
}
