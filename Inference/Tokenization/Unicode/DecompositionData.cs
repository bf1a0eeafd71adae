using System.Globalization;

namespace EmbedPlatform.Inference.Tokenization.Unicode;

/// <summary>
/// The Unicode Character Database's decompositions and combining classes, from the embedded <c>normalization.txt</c>. Our own data, because
/// .NET's <c>string.Normalize</c> uses the system's ICU, and with another version, or none, ids would differ. It also throws on lone
/// surrogates and does not report positions.
/// </summary>
internal sealed class DecompositionData
{
    private const string Resource = "EmbedPlatform.Inference.Tokenization.Unicode.normalization.txt";
    private static readonly Lazy<DecompositionData> Loaded = new(() => new DecompositionData());
    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatibility = [];
    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<long, int> _composites = [];
    private readonly HashSet<int> _seconds = [];

    private DecompositionData()
    {
        using var stream =
            typeof(DecompositionData).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the embedded resource {Resource} is missing");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            Read(line);
        }
    }

    public static DecompositionData Instance => Loaded.Value;

    /// <summary>The canonical combining class; 0 for a starter.</summary>
    public int ClassOf(int codePoint) => codePoint < 0x300 ? 0 : _classes.GetValueOrDefault(codePoint);

    /// <summary>The one-step decomposition, or null; Hangul syllables are not in here.</summary>
    public int[]? Mapping(int codePoint, bool compatibility) =>
        _canonical.TryGetValue(codePoint, out var mapping) || (compatibility && _compatibility.TryGetValue(codePoint, out mapping))
            ? mapping
            : null;

    /// <summary>Whether a character composes with this one following it.</summary>
    public bool ComposesWithPrevious(int codePoint) => Hangul.IsVowelOrTail(codePoint) || _seconds.Contains(codePoint);

    /// <summary>The primary composite of two characters, or -1.</summary>
    public int Compose(int first, int second)
    {
        var hangul = Hangul.Compose(first, second);
        return hangul >= 0 ? hangul : _composites.GetValueOrDefault(Pair(first, second), -1);
    }

    private static long Pair(int first, int second) => ((long)first << 32) | (uint)second;

    private static int Hex(ReadOnlySpan<char> text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private void Read(string line)
    {
        if (line.Length == 0 || line[0] == '#')
        {
            return;
        }

        var equals = line.IndexOf('=');
        var left = line.AsSpan(2, equals - 2);
        var right = line[(equals + 1)..];
        if (line[0] == 'R')
        {
            var dash = left.IndexOf('-');
            var last = Hex(left[(dash + 1)..]);
            for (var c = Hex(left[..dash]); c <= last; c++)
            {
                _classes[c] = byte.Parse(right, CultureInfo.InvariantCulture);
            }

            return;
        }

        var codePoint = Hex(left);
        var mapping = Array.ConvertAll(right.Split(' '), part => Hex(part));
        (line[0] == 'K' ? _compatibility : _canonical)[codePoint] = mapping;
        if (line[0] == 'D')
        {
            _composites[Pair(mapping[0], mapping[1])] = codePoint;
            _seconds.Add(mapping[1]);
        }
    }
}
