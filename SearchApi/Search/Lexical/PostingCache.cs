using System.Collections.Concurrent;
using EmbedPlatform.SearchApi.Collections;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>
/// Caches the posting lists of recently searched terms, for collections that are not being written to. Adding up the scores of frequent
/// terms takes PostgreSQL most of a hybrid search, and almost no time over lists in memory. An entry belongs to one version of its
/// collection, which every write increments.
/// </summary>
internal sealed class PostingCache(PostingReader reader, IOptions<SearchOptions> options, TimeProvider clock) : IDisposable
{
    private const long Megabyte = 1 << 20;

    /// <summary>The divisor of the cache size that limits a single list; the database scores longer lists.</summary>
    private const int ListShareDivisor = 8;

    private const int TotalsBytes = 200;

    /// <summary>A placeholder for a list that is too long to cache.</summary>
    private static readonly PostingList TooLong = new([], [], []);

    // Each write would invalidate the lists, so that every search would read them again.
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Unused = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<long, Seen> _seen = new();
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = Math.Max(1, options.Value.PostingMegabytes * Megabyte) });

    private int MaxListLength => PostingList.CountWithin(options.Value.PostingMegabytes * Megabyte / ListShareDivisor);

    /// <summary>Whether the collection has been unchanged for long enough to be worth caching.</summary>
    public bool IsSettled(CollectionRecord collection)
    {
        if (options.Value.PostingMegabytes == 0)
        {
            return false;
        }

        var now = clock.GetTimestamp();
        var seen = _seen.AddOrUpdate(
            collection.Id,
            _ => new Seen(collection.Timeline, collection.Version, now),
            (_, known) => IsLater(collection, known) ? new Seen(collection.Timeline, collection.Version, now) : known
        );
        return (seen.Timeline, seen.Version) == (collection.Timeline, collection.Version)
            && clock.GetElapsedTime(seen.Since, now) >= SettlingTime;
    }

    /// <summary>The totals of a settled collection.</summary>
    public async Task<LexicalTotals> TotalsAsync(CollectionRecord collection, CancellationToken cancellationToken)
    {
        var key = new Key(collection.Id, collection.Timeline, collection.Version, null);
        return _kept.Get<LexicalTotals>(key) ?? Keep(key, await reader.ReadTotalsAsync(collection, cancellationToken), TotalsBytes);
    }

    /// <summary>The posting lists of terms of a settled collection, in order; null if one of them is too long to cache.</summary>
    public async Task<PostingList[]?> ListsAsync(
        CollectionRecord collection,
        IReadOnlyList<string> terms,
        CancellationToken cancellationToken
    )
    {
        var keys = terms.Select(term => new Key(collection.Id, collection.Timeline, collection.Version, term)).ToArray();
        var lists = Array.ConvertAll(keys, key => _kept.Get<PostingList>(key));
        var missing = Enumerable.Range(0, keys.Length).Where(i => lists[i] is null).ToList();
        SearchCacheMetrics.Postings(missing.Count == 0);
        if (missing.Count > 0)
        {
            var read = await reader.ReadListsAsync(collection, [.. missing.Select(i => terms[i])], MaxListLength + 1, cancellationToken);
            foreach (var (i, list) in missing.Zip(read))
            {
                lists[i] = list.Count > MaxListLength ? Keep(keys[i], TooLong, TooLong.Bytes) : Keep(keys[i], list, list.Bytes);
            }
        }

        return Array.Exists(lists, list => ReferenceEquals(list, TooLong)) ? null : Array.ConvertAll(lists, list => list!);
    }

    public void Dispose() => _kept.Dispose();

    // Versions start lower on a later timeline if commits were lost.
    private static bool IsLater(CollectionRecord collection, Seen known) =>
        collection.Timeline == known.Timeline ? collection.Version > known.Version : (collection.Timeline ?? 0) > (known.Timeline ?? 0);

    private T Keep<T>(Key key, T value, long bytes) =>
        _kept.Set(key, value, new MemoryCacheEntryOptions { Size = bytes, SlidingExpiration = Unused });

    private readonly record struct Key(long Collection, uint? Timeline, long Version, string? Term);

    private readonly record struct Seen(uint? Timeline, long Version, long Since);
}
