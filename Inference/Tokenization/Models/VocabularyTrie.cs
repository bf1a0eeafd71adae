using System.Runtime.CompilerServices;

namespace EmbedPlatform.Inference.Tokenization.Models;

/// <summary>
/// All tokens by prefix: nodes in one array, the children of a node adjacent and sorted; a table for the first character, and for
/// ASCII characters if a node has many children.
/// </summary>
internal sealed class VocabularyTrie
{
    private const int LinearSearch = 8;
    private const int AsciiSize = 0x80;
    private readonly int[] _roots = new int[0x10000];
    private readonly char[] _label;
    private readonly Node[] _nodes;
    private readonly int[] _ascii;

    /// <param name="tokens">Tokens and their ids; the last of several equal tokens counts.</param>
    /// <param name="scores">The score of each id; null if the model has no scores.</param>
    public VocabularyTrie(IEnumerable<KeyValuePair<string, int>> tokens, double[]? scores = null)
    {
        var distinct = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in tokens.Where(token => token.Key.Length > 0))
        {
            distinct[token] = id;
        }

        var sorted = distinct.ToArray();
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Key, b.Key));

        // Breadth first: splitting a node's range of the sorted tokens by the next character gives its children.
        var ranges = new List<(int From, int To, int Depth)> { (0, sorted.Length, 0) };
        var labels = new List<char> { '\0' };
        var first = new List<int>();
        var ids = new List<int> { -1 };
        for (var node = 0; node < ranges.Count; node++)
        {
            var (from, to, depth) = ranges[node];
            first.Add(ranges.Count);
            if (from < to && sorted[from].Key.Length == depth && depth > 0)
            {
                ids[node] = sorted[from].Value;
                from++;
            }

            while (from < to)
            {
                var label = sorted[from].Key[depth];
                var next = from;
                while (next < to && sorted[next].Key[depth] == label)
                {
                    next++;
                }

                ranges.Add((from, next, depth + 1));
                labels.Add(label);
                ids.Add(-1);
                from = next;
            }
        }

        first.Add(ranges.Count);
        _label = [.. labels];
        _nodes = new Node[first.Count];
        var ascii = new List<int>();
        for (var node = 0; node < _nodes.Length; node++)
        {
            var id = node < ids.Count ? ids[node] : -1;
            _nodes[node] = new Node
            {
                FirstChild = first[node],
                Id = id,
                Score = id >= 0 && scores is not null ? scores[id] : 0,
                Ascii = -1,
            };
            if (node > 0 && node + 1 < first.Count && first[node + 1] - first[node] > LinearSearch)
            {
                _nodes[node].Ascii = ascii.Count;
                AddAsciiChildren(ascii, first[node], first[node + 1]);
            }
        }

        _ascii = [.. ascii];
        for (var child = first[0]; child < first[1]; child++)
        {
            _roots[_label[child]] = child;
        }
    }

    /// <summary>The node of a first character; 0 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Root(char value) => _roots[value];

    /// <summary>The data of a node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Node At(int node) => ref _nodes[node];

    /// <summary>The node after one more character; 0 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int node, char value)
    {
        ref readonly var here = ref _nodes[node];
        if (here.Ascii >= 0)
        {
            return value < AsciiSize ? _ascii[here.Ascii + value] : Search(here.FirstChild, _nodes[node + 1].FirstChild, value);
        }

        for (int child = here.FirstChild, end = _nodes[node + 1].FirstChild; child < end; child++)
        {
            if (_label[child] == value)
            {
                return child;
            }
        }

        return 0;
    }

    private int Search(int from, int to, char value)
    {
        var at = _label.AsSpan(from, to - from).BinarySearch(value);
        return at < 0 ? 0 : from + at;
    }

    private void AddAsciiChildren(List<int> ascii, int from, int to)
    {
        var table = ascii.Count;
        ascii.AddRange(Enumerable.Repeat(0, AsciiSize));
        for (var child = from; child < to && _label[child] < AsciiSize; child++)
        {
            ascii[table + _label[child]] = child;
        }
    }

    /// <summary>A prefix of tokens.</summary>
    public struct Node
    {
        /// <summary>The first of its children, which end before the next node's.</summary>
        public int FirstChild;

        /// <summary>The id of the token that ends here; -1 for none.</summary>
        public int Id;

        /// <summary>The score of that token.</summary>
        public double Score;

        /// <summary>The start of the table of its children by ASCII character; -1 if it has few.</summary>
        public int Ascii;
    }
}
