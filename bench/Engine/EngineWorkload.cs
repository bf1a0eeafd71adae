using System.Diagnostics;
using System.Diagnostics.Metrics;
using EmbedPlatform.Bench.Corpus;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Bench.Engine;

/// <summary>The model, its tokenizer, the texts and the engine's options.</summary>
internal sealed class EngineWorkload
{
    public EngineWorkload(EngineSettings settings)
    {
        Settings = settings;
        Model = ModelLocator.Find(settings);
        Options = new InferenceOptions
        {
            Workers = settings.Workers,
            QueueTokens = 1_000_000_000,
            BatchTokens = settings.BatchTokens ?? new InferenceOptions().BatchTokens,
        };
        Tokenizer = Tokenizer.Load(Model.TokenizerPath);
        Texts = CorpusTexts.Open(settings.Texts, Tokenizer);
    }

    public EngineSettings Settings { get; }

    public InstalledModel Model { get; }

    public InferenceOptions Options { get; }

    public Tokenizer Tokenizer { get; }

    public CorpusTexts Texts { get; }

    private EncodeOptions Encoding => new() { MaxTokens = Model.Entry.MaxTokens, MatchSpecialTokens = false };

    public Row Tokenize(string text) => Row(Tokenizer.Encode(text, Encoding));

    public Row Tokenize(string query, string passage) => Row(Tokenizer.EncodePair(query, passage, Encoding));

    public void Describe(Report report)
    {
        report.Fact("model", $"{Model.Entry.Id} ({Model.Variant}, {new FileInfo(Model.ModelPath).Length >> 20} MB)");
        report.Figure("workers", Options.Workers);
        report.Figure("cores", Environment.ProcessorCount);
        report.Fact("load before", Host.LoadAverage);
    }

    public static async Task<double> Seconds(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Row Row(Encoding encoding) => new(encoding.Ids, encoding.TypeIds);
}

/// <summary>Records the durations of the engine's batches.</summary>
internal sealed class BatchTimes : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly List<double> _seconds = [];

    public BatchTimes()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == InferenceTelemetry.Name && instrument.Name.EndsWith("batch.duration", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(
            (_, seconds, _, _) =>
            {
                lock (_lock)
                {
                    _seconds.Add(seconds);
                }
            }
        );
        _listener.Start();
    }

    public void Clear()
    {
        lock (_lock)
        {
            _seconds.Clear();
        }
    }

    public double[] Seconds
    {
        get
        {
            lock (_lock)
            {
                return [.. _seconds];
            }
        }
    }

    public void Dispose() => _listener.Dispose();
}
