using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace EmbedPlatform.SearchApi.Tests.Replication;

/// <summary>Where the reads of searches went since the last reset, by the service's own metric.</summary>
internal sealed class ReadCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();

    public ReadCounts()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "embedplatform.search_reads")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            (_, count, tags, _) => _counts.AddOrUpdate($"{tags[0].Value}", count, (_, before) => before + count)
        );
        _listener.Start();
    }

    public long Standby => this["standby"];

    public long Stale => this["stale"];

    public long Failed => this["failed"];

    private long this[string outcome] => _counts.GetValueOrDefault(outcome);

    public void Reset() => _counts.Clear();

    public void Dispose() => _listener.Dispose();
}
