using System.Diagnostics.Metrics;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>Counts the texts that the engine drops before they run, from its own meter.</summary>
internal sealed class DroppedTexts : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    public DroppedTexts()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == InferenceTelemetry.Name && instrument.Name == "embedplatform.inference.dropped_texts")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, texts, _, _) => Interlocked.Add(ref _count, texts));
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
