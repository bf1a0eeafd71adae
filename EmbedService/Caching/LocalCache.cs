using System.Collections.Concurrent;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>
/// Embeddings in this process, in two generations of half the bytes each: what is used moves to the young one, and when that is full the old one goes
/// with all that nobody asked for. Nearly least recently used, without a lock on the way of a reader.
/// </summary>
/// <param name="mostBytes">The most bytes of both generations; 0: nothing is kept.</param>
/// <param name="timeToLive">How long an embedding is kept.</param>
/// <param name="clock">The clock.</param>
internal sealed class LocalCache(long mostBytes, TimeSpan timeToLive, TimeProvider clock)
{
    // Key, dictionary node, entry, record and array header beside the numbers.
    private const int Overhead = 256;

    private readonly Lock _turning = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    /// <summary>How many bytes are kept at most; what moved to the young generation counts twice until the old one goes.</summary>
    public long Bytes => Interlocked.Read(ref _young.Bytes) + Interlocked.Read(ref _old.Bytes);

    /// <summary>The embedding of a key. It belongs to all who ask: nobody may change its vector.</summary>
    public TextEmbedding? Find(in CacheKey key)
    {
        if (_young.Entries.TryGetValue(key, out var entry))
        {
            return IsFresh(entry) ? entry.Embedding : null;
        }

        if (_old.Entries.TryGetValue(key, out entry) && IsFresh(entry))
        {
            Put(key, entry);
            return entry.Embedding;
        }

        return null;
    }

    /// <summary>Keeps an embedding.</summary>
    public void Add(in CacheKey key, TextEmbedding embedding) => Put(key, new Entry(embedding, clock.GetTimestamp()));

    private static int SizeOf(Entry entry) => Overhead + (entry.Embedding.Vector.Length * sizeof(float));

    private bool IsFresh(Entry entry) => clock.GetElapsedTime(entry.Since) < timeToLive;

    private void Put(in CacheKey key, Entry entry)
    {
        var size = SizeOf(entry);
        if (size > mostBytes / 2)
        {
            return;
        }

        var young = _young;
        young.Entries[key] = entry;
        if (Interlocked.Add(ref young.Bytes, size) <= (mostBytes / 2) - size)
        {
            return;
        }

        lock (_turning)
        {
            if (_young == young)
            {
                _old = young;
                _young = new();
            }
        }
    }

    private sealed record Entry(TextEmbedding Embedding, long Since);

    private sealed class Generation
    {
        public readonly ConcurrentDictionary<CacheKey, Entry> Entries = new();
        public long Bytes;
    }
}
