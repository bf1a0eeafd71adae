using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EmbedPlatform.EmbedService.Caching;

namespace EmbedPlatform.EmbedService.Tests.Caching;

/// <summary>What the meter of one cache counts, whatever those of other tests in this process do.</summary>
internal sealed class CacheCounts : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly MeterListener _listener = new();

    public CacheCounts(CacheMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == metrics.Meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            (instrument, amount, tags, _) =>
            {
                var name = instrument.Name["embedplatform.embedding_cache.".Length..];
                _counts.AddOrUpdate(tags.Length == 0 ? name : $"{name}/{tags[0].Value}", amount, (_, sum) => sum + amount);
            }
        );
        _listener.Start();
    }

    /// <summary>What a counter says, such as <c>hits/l2</c>.</summary>
    public long this[string what] => _counts.GetValueOrDefault(what);

    public void Dispose() => _listener.Dispose();
}
