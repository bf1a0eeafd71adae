namespace EmbedPlatform.ServiceDefaults.Telemetry.Prometheus;

internal enum PrometheusType
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>The value of a series: a number, or a histogram's buckets, sum and count.</summary>
/// <param name="Value">The number, or the sum of a histogram.</param>
/// <param name="Count">How many values a histogram holds.</param>
/// <param name="Buckets">The upper bounds with the count of values in each bucket alone, ascending, the last infinite; null for a number.</param>
internal readonly record struct PrometheusSample(double Value, long Count = 0, (double UpTo, long Count)[]? Buckets = null);

/// <summary>All series of one name.</summary>
internal sealed class PrometheusFamily(string name, PrometheusType type, string help)
{
    private readonly Dictionary<string, PrometheusSample> _series = new(StringComparer.Ordinal);

    public string Name => name;

    public PrometheusType Type => type;

    public string Help => help;

    public IEnumerable<KeyValuePair<string, PrometheusSample>> Series => _series;

    /// <summary>
    /// Adds a series. Instruments of the same name (those of two models, say) may count under the same labels: what they count is added up, since
    /// a series must not come twice.
    /// </summary>
    /// <param name="labels">The labels as they are written.</param>
    /// <param name="sample">The value.</param>
    public void Add(string labels, PrometheusSample sample)
    {
        if (!_series.TryGetValue(labels, out var known) || type == PrometheusType.Gauge)
        {
            _series[labels] = sample;
        }
        else if (known.Buckets is null || sample.Buckets is null)
        {
            _series[labels] = known with { Value = known.Value + sample.Value };
        }
        else if (known.Buckets.Select(bucket => bucket.UpTo).SequenceEqual(sample.Buckets.Select(bucket => bucket.UpTo)))
        {
            _series[labels] = new(
                known.Value + sample.Value,
                known.Count + sample.Count,
                [.. known.Buckets.Zip(sample.Buckets, (one, other) => (one.UpTo, one.Count + other.Count))]);
        }
    }
}
