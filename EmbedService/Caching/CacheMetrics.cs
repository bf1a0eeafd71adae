using System.Diagnostics.Metrics;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>What the embedding cache does, in texts.</summary>
internal sealed class CacheMetrics : IDisposable
{
    private readonly Meter _meter = new("EmbedPlatform.EmbeddingCache");
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;
    private readonly Counter<long> _joined;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _lies;
    private readonly Counter<long> _read;
    private readonly Counter<long> _written;

    public CacheMetrics(Func<long> localBytes)
    {
        _hits = _meter.CreateCounter<long>("embedplatform.embedding_cache.hits", "{text}", "Texts whose embedding was there, in l1 (this process) or l2 (Redis).");
        _misses = _meter.CreateCounter<long>("embedplatform.embedding_cache.misses", "{text}", "Texts that were embedded because their embedding was not there.");
        _joined = _meter.CreateCounter<long>("embedplatform.embedding_cache.joined", "{text}", "Texts whose embedding another request (process) or replica was making.");
        _errors = _meter.CreateCounter<long>("embedplatform.embedding_cache.errors", "{call}", "Calls that Redis did not answer: timeout, error or away.");
        _lies = _meter.CreateCounter<long>("embedplatform.embedding_cache.invalid_values", "{text}", "Values in Redis that were not what was stored.");
        _read = _meter.CreateCounter<long>("embedplatform.embedding_cache.read", "By", "Bytes read from Redis.");
        _written = _meter.CreateCounter<long>("embedplatform.embedding_cache.written", "By", "Bytes written to Redis.");
        _meter.CreateObservableGauge("embedplatform.embedding_cache.local", localBytes, "By", "Bytes of embeddings in this process at most.");
    }

    public Meter Meter => _meter;

    public void Hits(string tier, int texts) => Count(_hits, texts, new("tier", tier));

    public void Misses(int texts) => Count(_misses, texts);

    public void Joined(string scope, int texts) => Count(_joined, texts, new("scope", scope));

    public void Failed(string reason) => _errors.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Lied() => _lies.Add(1);

    public void Read(long bytes) => Count(_read, bytes);

    public void Written(long bytes) => Count(_written, bytes);

    public void Dispose() => _meter.Dispose();

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
