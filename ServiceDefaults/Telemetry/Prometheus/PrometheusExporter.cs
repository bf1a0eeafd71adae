using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace EmbedPlatform.ServiceDefaults.Telemetry.Prometheus;

// What the meters hold when somebody asks. OpenTelemetry's own exporter for Prometheus has been a preview for years and is on few feeds.
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _collecting = new();
    private Dictionary<string, PrometheusFamily> _families = [];

    public Func<int, bool>? Collect { get; set; }

    public string Scrape()
    {
        lock (_collecting)
        {
            _families = new(StringComparer.Ordinal);
            Collect?.Invoke(Timeout.Infinite);
            return PrometheusText.Write(_families.Values);
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            if (TypeOf(metric.MetricType) is not { } type)
            {
                continue;
            }

            var name = PrometheusNames.Metric(metric.Name, metric.Unit, type);
            if (!_families.TryGetValue(name, out var family))
            {
                _families[name] = family = new(name, type, metric.Description);
            }

            if (family.Type == type)
            {
                Add(family, metric);
            }
        }

        return ExportResult.Success;
    }

    private static void Add(PrometheusFamily family, Metric metric)
    {
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var tags = new List<KeyValuePair<string, object?>>();
            foreach (var tag in point.Tags)
            {
                tags.Add(tag);
            }

            family.Add(PrometheusText.Labels(tags), SampleOf(metric.MetricType, in point));
        }
    }

    private static PrometheusSample SampleOf(MetricType type, in MetricPoint point)
    {
        if (type == MetricType.Histogram)
        {
            var buckets = new List<(double, long)>();
            foreach (var bucket in point.GetHistogramBuckets())
            {
                buckets.Add((bucket.ExplicitBound, bucket.BucketCount));
            }

            return new(point.GetHistogramSum(), point.GetHistogramCount(), [.. buckets]);
        }

        return new(type switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            _ => point.GetGaugeLastValueDouble(),
        });
    }

    // Exponential histograms have no form in this version of the text; nothing here makes any.
    private static PrometheusType? TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => PrometheusType.Counter,
        MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic or MetricType.LongGauge or MetricType.DoubleGauge => PrometheusType.Gauge,
        MetricType.Histogram => PrometheusType.Histogram,
        _ => null,
    };
}
