using System.Collections.Concurrent;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>
/// Embeddings in this process, in two generations of half the bytes each: a hit moves an entry to the young generation, and when that is
/// full the old one is evicted. This approximates LRU without a lock for readers.
/// </summary>
/// <param name="maxBytes">The most bytes of both generations; 0 disables the cache.</param>
internal sealed class LocalCache(long maxBytes, TimeSpan timeToLive, TimeProvider clock)
{
    // Key, dictionary node, entry, record and array header.
    private const int Overhead = 256;

    private readonly Lock _swap = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    /// <summary>An upper bound: an entry that moved to the young generation counts twice until the old one is evicted.</summary>
    public long Bytes => Interlocked.Read(ref _young.Bytes) + Interlocked.Read(ref _old.Bytes);

    /// <summary>Callers share the vector and must not change it.</summary>
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

    public void Add(in CacheKey key, TextEmbedding embedding) => Put(key, new Entry(embedding, clock.GetTimestamp()));

    private static int SizeOf(Entry entry) => Overhead + (entry.Embedding.Vector.Length * sizeof(float));

    private bool IsFresh(Entry entry) => clock.GetElapsedTime(entry.Since) < timeToLive;

    private void Put(in CacheKey key, Entry entry)
    {
        var size = SizeOf(entry);
        if (size > maxBytes / 2)
        {
            return;
        }

        var young = _young;
        young.Entries[key] = entry;
        if (Interlocked.Add(ref young.Bytes, size) <= (maxBytes / 2) - size)
        {
            return;
        }

        lock (_swap)
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
