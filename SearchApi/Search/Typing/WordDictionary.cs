using EmbedPlatform.SearchApi.Analysis;

namespace EmbedPlatform.SearchApi.Search.Typing;

/// <summary>A word of a collection.</summary>
/// <param name="Written">The word in folded case, with its accents.</param>
/// <param name="Documents">The number of documents with the word as it is written.</param>
/// <param name="IsStopWord">Whether it is too frequent to score.</param>
internal readonly record struct DictionaryWord(string Written, int Documents, bool IsStopWord);

/// <summary>
/// The written words of a collection, sorted by their letters without accents: an implicit trie, in one array of letters.
/// </summary>
internal sealed class WordDictionary
{
    private const int BytesPerWord = 2 * sizeof(int);
    private const int BytesPerSpelling = 100;

    private readonly char[] _letters;
    private readonly int[] _starts;

    // Negative for stop words.
    private readonly int[] _documents;

    // Only words with accents differ from their keys.
    private readonly Dictionary<int, string> _spellings;
    private readonly Func<string, string> _fold;

    /// <param name="words">The words with their numbers of documents; negative for stop words.</param>
    /// <param name="fold">Removes the accents that do not distinguish words.</param>
    /// <param name="documents">The number of documents of the collection.</param>
    public WordDictionary(IEnumerable<KeyValuePair<string, int>> words, Func<string, string> fold, int documents)
    {
        var sorted = words.Select(word => (Key: fold(word.Key), Word: word.Key, Documents: word.Value)).ToArray();
        Array.Sort(
            sorted,
            (one, other) =>
                string.CompareOrdinal(one.Key, other.Key) is not 0 and var order ? order : string.CompareOrdinal(one.Word, other.Word)
        );
        (_fold, TotalDocuments) = (fold, documents);
        _letters = new char[sorted.Sum(word => word.Key.Length)];
        (_starts, _documents, _spellings) = (new int[sorted.Length + 1], new int[sorted.Length], []);
        for (var i = 0; i < sorted.Length; i++)
        {
            var (key, word, count) = sorted[i];
            key.CopyTo(_letters.AsSpan(_starts[i]));
            (_starts[i + 1], _documents[i]) = (_starts[i] + key.Length, count);
            if (key != word)
            {
                _spellings[i] = word;
            }
        }
    }

    /// <summary>The number of words.</summary>
    public int Count => _documents.Length;

    /// <summary>The number of documents of the collection.</summary>
    public int TotalDocuments { get; }

    /// <summary>The size in memory.</summary>
    public long Bytes => BytesOf(_letters.Length, Count) + ((long)_spellings.Count * BytesPerSpelling);

    /// <summary>The size in memory of a number of words without accents.</summary>
    public static long BytesOf(long letters, long words) => (letters * sizeof(char)) + (words * BytesPerWord);

    public DictionaryWord this[int index] =>
        new(_spellings.GetValueOrDefault(index) ?? Key(index).ToString(), Math.Abs(_documents[index]), _documents[index] < 0);

    /// <summary>A word as it is compared: without the accents that do not distinguish words.</summary>
    public string KeyOf(string written) => _fold(written);

    /// <summary>The letters of a word that are compared.</summary>
    public ReadOnlySpan<char> Key(int index) => _letters.AsSpan(_starts[index], _starts[index + 1] - _starts[index]);

    /// <summary>The words within a number of edits, in the order of their letters.</summary>
    public List<NearWord> Near(string key, int maxEdits) => EditWalk.Find(this, key, maxEdits, asPrefix: false);

    /// <summary>The words that begin within a number of edits of a prefix.</summary>
    public List<NearWord> BeginningNear(string prefix, int maxEdits) => EditWalk.Find(this, prefix, maxEdits, asPrefix: true);

    /// <summary>The words that begin with a prefix, most frequent first; no stop words.</summary>
    public List<DictionaryWord> Completions(string prefix, int limit)
    {
        var (first, end) = Range(prefix);
        return Best(Enumerable.Range(first, end - first), limit);
    }

    /// <summary>The words of documents that begin with a prefix, with the number of these documents.</summary>
    /// <param name="documents">The words of each document, as <see cref="WrittenWords.Join"/> returns them.</param>
    /// <param name="prefix">The prefix, as <see cref="KeyOf"/> returns it.</param>
    public List<(DictionaryWord Word, int Count)> CountBeginning(IEnumerable<string> documents, string prefix)
    {
        var (first, end) = Range(prefix);
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var counts = new Dictionary<int, int>();
        foreach (var words in documents)
        {
            foreach (var range in words.AsSpan().Split(WrittenWords.Separator))
            {
                var word = words.AsSpan(range);
                // Only words with accents can begin otherwise than their keys.
                if (word.StartsWith(prefix, StringComparison.Ordinal) || !System.Text.Ascii.IsValid(word))
                {
                    var index = Find(word.ToString(), first, end);
                    if (index >= 0)
                    {
                        counts[index] = counts.GetValueOrDefault(index) + 1;
                    }
                }
            }
        }

        return [.. counts.Where(count => _documents[count.Key] > 0).Select(count => (this[count.Key], count.Value))];

        int Find(string written, int from, int to)
        {
            if (known.TryGetValue(written, out var index))
            {
                return index;
            }

            var key = KeyOf(written);
            index = key.StartsWith(prefix, StringComparison.Ordinal) ? FirstOf(key, from, to) : -1;
            while (index >= 0 && index < to && Key(index).SequenceEqual(key) && this[index].Written != written)
            {
                index++;
            }

            return known[written] = index >= 0 && index < to && Key(index).SequenceEqual(key) ? index : -1;
        }
    }

    /// <summary>The most frequent of some words; no stop words.</summary>
    public List<DictionaryWord> Best(IEnumerable<int> words, int limit)
    {
        // Least frequent first; of equally frequent ones the later word.
        var best = new PriorityQueue<int, (int Documents, int Order)>(limit + 1);
        foreach (var word in words)
        {
            if (_documents[word] <= 0)
            {
                continue;
            }

            if (best.Count < limit)
            {
                best.Enqueue(word, (_documents[word], -word));
            }
            else
            {
                best.EnqueueDequeue(word, (_documents[word], -word));
            }
        }

        var found = new DictionaryWord[best.Count];
        for (var i = found.Length - 1; i >= 0; i--)
        {
            found[i] = this[best.Dequeue()];
        }

        return [.. found];
    }

    /// <summary>The first word after those that begin with a prefix, searched from a word that does.</summary>
    public int EndOf(ReadOnlySpan<char> prefix, int from)
    {
        // Galloping, because the end is mostly near.
        var step = 1;
        var low = from;
        while (low + step < Count && Key(low + step).StartsWith(prefix, StringComparison.Ordinal))
        {
            low += step;
            step *= 2;
        }

        var high = Math.Min(Count, low + step);
        low++;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Key(middle).StartsWith(prefix, StringComparison.Ordinal))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private (int First, int End) Range(ReadOnlySpan<char> prefix)
    {
        var first = FirstOf(prefix, 0, Count);
        return first < Count && Key(first).StartsWith(prefix, StringComparison.Ordinal) ? (first, EndOf(prefix, first)) : (first, first);
    }

    // The first word that is not before a key.
    private int FirstOf(ReadOnlySpan<char> key, int low, int high)
    {
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Key(middle).SequenceCompareTo(key) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Counts the words of documents.</summary>
    internal sealed class Builder(TextAnalyzer analyzer, long maxBytes)
    {
        private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
        private long _letters;
        private int _documents;

        /// <summary>Whether the words fit into memory.</summary>
        public bool Fits => BytesOf(_letters, _counts.Count) <= maxBytes;

        /// <summary>Adds the distinct words of a document, as <see cref="WrittenWords.Join"/> returns them.</summary>
        public void Add(ReadOnlySpan<char> words)
        {
            _documents++;
            var known = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
            foreach (var range in words.Split(WrittenWords.Separator))
            {
                var word = words[range];
                if (word.Length == 0)
                {
                    continue;
                }

                ref var count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(known, word, out var exists);
                _letters += exists ? 0 : word.Length;
                count++;
            }
        }

        /// <summary>The dictionary; null if it does not fit.</summary>
        public WordDictionary? Build()
        {
            // A mistyped stop word is more likely that stop word than a rare word like it.
            foreach (var word in analyzer.StopWords)
            {
                _counts[word] = -Math.Max(1, _documents);
            }

            var dictionary = Fits ? new WordDictionary(_counts, analyzer.Fold, _documents) : null;
            return dictionary?.Bytes <= maxBytes ? dictionary : null;
        }
    }
}
