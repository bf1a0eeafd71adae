using System.Collections.Concurrent;
using EmbedPlatform.SearchApi.Collections;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Typing;

/// <summary>The words of a collection for a search.</summary>
/// <param name="Words">Null if they take more memory than allowed.</param>
/// <param name="IsCurrent">Whether they are those of the search's version of the collection.</param>
internal sealed record KnownWords(WordDictionary? Words, bool IsCurrent);

/// <summary>
/// Keeps the words of recently searched collections in memory. A dictionary belongs to one version of its collection, which every write
/// increments. A search waits for the dictionary of its version, so that its response does not depend on what is in memory. Only in a large
/// collection within a second of a write, the dictionary of an earlier version is used, because every search would read all words again.
/// </summary>
internal sealed class WordDictionaries(WordDictionaryReader reader, IOptions<SearchOptions> options, TimeProvider clock)
{
    private const long Megabyte = 1 << 20;

    /// <summary>The number of documents whose words are read within some 10 ms.</summary>
    private const int SmallCollection = 5_000;

    private const int RestShare = 20;

    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Slot> _slots = new();

    private long MaxBytes => options.Value.Typo.DictionaryMegabytes * Megabyte;

    /// <summary>The words of a collection.</summary>
    public async Task<KnownWords> FindAsync(CollectionRecord collection, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(collection.Id, _ => new Slot());
        var version = new Version(collection.Timeline, collection.Version);
        Task<Loaded> loading;
        lock (slot)
        {
            var now = clock.GetTimestamp();
            slot.LastUse = now;
            if (version.IsLaterThan(slot.Seen))
            {
                (slot.Seen, slot.Since) = (version, now);
            }

            if (slot.Latest is { } latest && !version.IsLaterThan(latest.Version))
            {
                return new KnownWords(latest.Words, true);
            }

            var running = slot.LoadingVersion == version && slot.Loading is { IsFaulted: false } known ? known : null;
            var mayWait =
                slot.Latest is null
                || slot.Latest.Documents <= SmallCollection
                || (slot.Seen == version && clock.GetElapsedTime(slot.Since, now) >= SettlingTime);
            if (!mayWait)
            {
                if (running is null && slot.Loading is not { IsCompleted: false } && IsRested(slot.Latest!, now))
                {
                    Start(slot, collection, version);
                }

                return new KnownWords(slot.Latest!.Words, false);
            }

            loading = running ?? Start(slot, collection, version);
        }

        return new KnownWords((await loading.WaitAsync(cancellationToken)).Words, true);
    }

    // While a collection is being written to, its words are read for a small share of the time.
    private bool IsRested(Loaded latest, long now) => clock.GetElapsedTime(latest.At, now) >= latest.Time * RestShare;

    // One read for all searches of a version, which outlives the search that began it.
    private Task<Loaded> Start(Slot slot, CollectionRecord collection, Version version)
    {
        slot.LoadingVersion = version;
        return slot.Loading = Task.Run(() => LoadAsync(slot, collection, version));
    }

    private async Task<Loaded> LoadAsync(Slot slot, CollectionRecord collection, Version version)
    {
        var start = clock.GetTimestamp();
        var words = await reader.ReadAsync(collection, MaxBytes, CancellationToken.None);
        var loaded = new Loaded(version, words, words?.TotalDocuments ?? int.MaxValue, clock.GetTimestamp(), clock.GetElapsedTime(start));
        lock (slot)
        {
            if (slot.Latest is null || version.IsLaterThan(slot.Latest.Version))
            {
                slot.Latest = loaded;
            }
        }

        Evict(slot);
        return loaded;
    }

    // The least recently searched collections give way.
    private void Evict(Slot kept)
    {
        var bytes = 0L;
        foreach (var (collection, slot) in _slots.OrderByDescending(entry => entry.Value == kept ? long.MaxValue : entry.Value.LastUse))
        {
            bytes += slot.Latest?.Words?.Bytes ?? 0;
            if (bytes > MaxBytes && slot != kept)
            {
                _slots.TryRemove(collection, out _);
            }
        }
    }

    private readonly record struct Version(uint? Timeline, long Number)
    {
        // Versions start lower on a later timeline if commits were lost.
        public bool IsLaterThan(Version other) =>
            Timeline == other.Timeline ? Number > other.Number : (Timeline ?? 0) > (other.Timeline ?? 0);
    }

    private sealed record Loaded(Version Version, WordDictionary? Words, int Documents, long At, TimeSpan Time);

    private sealed class Slot
    {
        public Loaded? Latest { get; set; }

        public Task<Loaded>? Loading { get; set; }

        public Version LoadingVersion { get; set; }

        public Version Seen { get; set; } = new(null, -1);

        public long Since { get; set; }

        public long LastUse { get; set; }
    }
}
