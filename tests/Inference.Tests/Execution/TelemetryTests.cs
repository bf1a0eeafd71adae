using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.InferenceTestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>What the engine reports: the steps under the caller's span, and numbers per model, and never a text.</summary>
public sealed class TelemetryTests : IDisposable
{
    private const string Secret = "w4 w5 w6";

    private readonly SmallEncoder _files = new() { };
    private readonly string _id = $"telemetry/{Guid.NewGuid():N}";
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _measured = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();

    public TelemetryTests()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name is InferenceTelemetry.Name or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == InferenceTelemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _meters.Start();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task The_steps_of_a_request_are_spans_of_its_trace_with_tokens_and_batch_size()
    {
        await using var model = Open();
        using var source = new ActivitySource("test");
        ActivityTraceId trace;
        using (var caller = source.StartActivity("caller")!)
        {
            trace = caller.TraceId;
            await model.EmbedAsync([Secret, Secret], new EmbedOptions(), Token);
        }

        var spans = _spans
            .Where(span => span.TraceId == trace && span.Source.Name == InferenceTelemetry.Name)
            .ToDictionary(span => span.OperationName);
        Assert.Equal(["inference.pool", "inference.queue", "inference.run", "inference.tokenize"], spans.Keys.Order());
        Assert.All(spans.Values, span => Assert.Equal(10L, span.GetTagItem("tokens")));
        Assert.All(spans.Values, span => Assert.Equal(2, span.GetTagItem("texts")));
        Assert.Equal(2, spans["inference.run"].GetTagItem("batch_size"));
        Assert.Equal(1, spans["inference.run"].GetTagItem("batches"));
        Assert.Equal(spans["inference.run"].SpanId, spans["inference.pool"].ParentSpanId);
        Assert.DoesNotContain(
            spans.Values.SelectMany(span => span.TagObjects),
            tag => $"{tag.Value}".Contains("w4", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Requests_tokens_fill_padding_queue_time_and_truncations_are_counted_per_model()
    {
        await using var model = Open();

        await model.EmbedAsync([Secret, string.Join(' ', Enumerable.Repeat("w4", 100))], new EmbedOptions(), Token);

        Assert.Equal(1, Sum("embedplatform.inference.requests", "outcome=ok"));
        Assert.Equal(37, Sum("embedplatform.inference.tokens"));
        Assert.Equal(37, Sum("embedplatform.inference.padded_tokens"));
        Assert.Equal(1, Sum("embedplatform.inference.truncated_texts"));
        Assert.Equal(2, Sum("embedplatform.inference.texts"));
        Assert.Equal(2, Sum("embedplatform.inference.batches"));
        Assert.Equal(OperatingSystem.IsLinux(), Sum("embedplatform.inference.batch.cpu") > 0);
        Assert.Equal(37.0 / 64, Sum("embedplatform.inference.batch.fill"), 6);
        Assert.Single(Of("embedplatform.inference.queue.duration"));
        Assert.DoesNotContain(_measured, measured => measured.Tags.Contains("w4", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_late_and_what_found_no_room_is_told_apart()
    {
        await using var model = Open();

        await Assert.ThrowsAsync<DeadlineExceededException>(() =>
            model.EmbedAsync([Secret], new EmbedOptions { Deadline = DateTimeOffset.UtcNow.AddSeconds(-1) }, Token)
        );
        var all = Enumerable.Range(0, 400).Select(_ => RejectedAsync(model)).ToArray();
        var rejected = (await Task.WhenAll(all)).Count(refused => refused);

        Assert.Equal(1, Sum("embedplatform.inference.requests", "outcome=deadline"));
        Assert.True(rejected > 0, "the queue was never full");
        Assert.Equal(rejected, Sum("embedplatform.inference.requests", "outcome=rejected"));
        Assert.Equal(400 - rejected, Sum("embedplatform.inference.requests", "outcome=ok"));
    }

    private static async Task<bool> RejectedAsync(EmbeddingModel model)
    {
        try
        {
            await model.EmbedAsync([.. Enumerable.Repeat(string.Join(' ', Enumerable.Repeat("w5", 30)), 32)], new EmbedOptions(), Token);
            return false;
        }
        catch (QueueFullException)
        {
            return true;
        }
    }

    private EmbeddingModel Open() =>
        EmbeddingModel.Load(
            _files.Installed with
            {
                Entry = _files.Entry with { Id = _id },
            },
            new InferenceOptions
            {
                Workers = 1,
                BatchTokens = 64,
                QueueTokens = 1024,
            }
        );

    private void Measured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = string.Join(';', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
        if (text.Contains(_id, StringComparison.Ordinal))
        {
            _measured.Enqueue((instrument.Name, value, text));
        }
    }

    private IEnumerable<double> Of(string name, string tag = "") =>
        _measured
            .Where(measured => measured.Name == name && measured.Tags.Contains(tag, StringComparison.Ordinal))
            .Select(measured => measured.Value);

    private double Sum(string name, string tag = "") => Of(name, tag).Sum();
}
