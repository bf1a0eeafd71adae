using System.Runtime.CompilerServices;

namespace EmbedPlatform.Inference.Tokenization.Models;

/// <summary>All tokens by their prefixes: nodes in one array, the children of a node side by side and sorted, the first character by table.</summary>
internal sealed class VocabularyTrie
{
    private const int LinearSearch = 8;
    private readonly int[] _roots = new int[0x10000];
    private readonly char[] _label;
    private readonly int[] _firstChild;
    private readonly int[] _id;

    /// <param name="tokens">Tokens and their ids; of equal tokens the last counts.</param>
    public VocabularyTrie(IEnumerable<KeyValuePair<string, int>> tokens)
    {
        var distinct = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in tokens.Where(token => token.Key.Length > 0))
        {
            distinct[token] = id;
        }

        var sorted = distinct.ToArray();
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Key, b.Key));

        // Breadth first: a node's range of the sorted tokens, cut by the next character, is its children.
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
        (_label, _firstChild, _id) = ([.. labels], [.. first], [.. ids]);
        for (var child = _firstChild[0]; child < _firstChild[1]; child++)
        {
            _roots[_label[child]] = child;
        }
    }

    /// <summary>The node of a first character; 0 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Root(char value) => _roots[value];

    /// <summary>The id of the token that ends at a node; -1 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IdAt(int node) => _id[node];

    /// <summary>The node after one more character; 0 for none.</summary>
    public int Next(int node, char value)
    {
        var (from, to) = (_firstChild[node], _firstChild[node + 1]);
        if (to - from > LinearSearch)
        {
            var at = _label.AsSpan(from, to - from).BinarySearch(value);
            return at < 0 ? 0 : from + at;
        }

        for (var child = from; child < to; child++)
        {
            if (_label[child] == value)
            {
                return child;
            }
        }

        return 0;
    }
}
