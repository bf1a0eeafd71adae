using System.Diagnostics.Metrics;

namespace EmbedPlatform.EmbedService.Caching;

internal sealed class CacheMetrics : IDisposable
{
    private const string Prefix = "embedplatform.embedding_cache";

    private readonly Meter _meter = new("EmbedPlatform.EmbeddingCache");
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _joined;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _invalid;
    private readonly Counter<long> _read;
    private readonly Counter<long> _written;

    public CacheMetrics(Func<long> localBytes)
    {
        _hits = Counter("hits", "{text}", "Texts found in l1 (this process) or l2 (Redis).");
        _misses = Counter("misses", "{text}", "Texts that were not found and were embedded.");
        _joined = Counter("joined", "{text}", "Texts that another request (process) or replica was already embedding.");
        _errors = Counter("errors", "{call}", "Calls to Redis that failed: timeout, error or away.");
        _invalid = Counter("invalid_values", "{text}", "Invalid values read from Redis.");
        _read = Counter("read", "By", "Bytes read from Redis.");
        _written = Counter("written", "By", "Bytes written to Redis.");
        _meter.CreateObservableGauge($"{Prefix}.local", localBytes, "By", "Upper bound of the bytes of embeddings in this process.");
    }

    public Meter Meter => _meter;

    public void Hits(string tier, int texts) => Count(_hits, texts, new("tier", tier));

    public void Misses(int texts) => Count(_misses, texts);

    public void Joined(string scope, int texts) => Count(_joined, texts, new("scope", scope));

    public void Failed(string reason) => _errors.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void InvalidValue() => _invalid.Add(1);

    public void Read(long bytes) => Count(_read, bytes);

    public void Written(long bytes) => Count(_written, bytes);

    public void Dispose() => _meter.Dispose();

    private Counter<long> Counter(string name, string unit, string description) =>
        _meter.CreateCounter<long>($"{Prefix}.{name}", unit, description);

    private static void Count(Counter<long> counter, long amount, KeyValuePair<string, object?>? tag = null)
    {
        if (amount == 0)
        {
            return;
        }

        if (tag is { } given)
        {
            counter.Add(amount, given);
        }
        else
        {
            counter.Add(amount);
        }
    }
}
