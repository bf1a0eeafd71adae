using System.Collections.Concurrent;

namespace EmbedPlatform.Inference.Tokenization.Unicode;

/// <summary>
/// One of the four normalisation forms of UAX #15, with the position of every character kept. Text is cut at boundaries across which
/// nothing interacts; a single stable character between two boundaries is copied, everything else is decomposed, ordered and composed.
/// </summary>
internal sealed class UnicodeNormalForm
{
    private const byte BoundaryBefore = 1;
    private const byte Stable = 2;
    private static readonly Lazy<UnicodeNormalForm>[] Forms =
    [
        new(() => new(false, false)),
        new(() => new(false, true)),
        new(() => new(true, false)),
        new(() => new(true, true)),
    ];
    private readonly DecompositionData _data = DecompositionData.Instance;
    private readonly bool _compatibility;
    private readonly bool _compose;
    private readonly byte[] _units = new byte[0x10000];
    private readonly ConcurrentDictionary<int, byte> _beyond = new();

    private UnicodeNormalForm(bool compatibility, bool compose)
    {
        _compatibility = compatibility;
        _compose = compose;
        for (var c = 0; c < _units.Length; c++)
        {
            _units[c] = char.IsSurrogate((char)c) ? (byte)0 : Traits(c);
        }
    }

    public static UnicodeNormalForm Nfd => Forms[0].Value;

    public static UnicodeNormalForm Nfc => Forms[1].Value;

    public static UnicodeNormalForm Nfkd => Forms[2].Value;

    public static UnicodeNormalForm Nfkc => Forms[3].Value;

    /// <summary>The index of the first character that may change, or -1.</summary>
    public int FirstUnstable(ReadOnlySpan<char> text)
    {
        var units = _units;
        for (var i = 0; i < text.Length; i++)
        {
            if (units[text[i]] != (BoundaryBefore | Stable))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Appends the normal form of <paramref name="source"/> to an aligned buffer.</summary>
    public void Normalize(TextBuffer source, TextBuffer target)
    {
        var text = source.Span;
        var scratch = new Composition(_data, _compose);
        var at = 0;
        while (at < text.Length)
        {
            var codePoint = CharacterClasses.CodePointAt(text, at, out var length);
            var next = at + length;
            var end = next;
            while (end < text.Length && (TraitsAt(text, end, out length) & BoundaryBefore) == 0)
            {
                end += length;
            }

            if (end == next && (TraitsOf(codePoint) & Stable) != 0)
            {
                target.AppendFrom(source, at, end);
            }
            else
            {
                for (; at < end; at += length)
                {
                    codePoint = CharacterClasses.CodePointAt(text, at, out length);
                    Decompose(codePoint, source.StartOf(at), source.EndOf(at + length - 1), ref scratch);
                }

                scratch.Flush(target);
            }

            at = end;
        }
    }

    /// <summary>Adds the full decomposition of a code point to <paramref name="result"/>.</summary>
    public void Decompose(int codePoint, List<int> result)
    {
        if (Hangul.IsSyllable(codePoint))
        {
            var (lead, vowel, tail) = Hangul.Decompose(codePoint);
            result.Add(lead);
            result.Add(vowel);
            if (tail != 0)
            {
                result.Add(tail);
            }

            return;
        }

        var mapping = _data.Mapping(codePoint, _compatibility);
        if (mapping is null)
        {
            result.Add(codePoint);
            return;
        }

        foreach (var part in mapping)
        {
            Decompose(part, result);
        }
    }

    private void Decompose(int codePoint, int start, int end, ref Composition scratch)
    {
        scratch.Parts.Clear();
        Decompose(codePoint, scratch.Parts);
        foreach (var part in scratch.Parts)
        {
            scratch.Add(part, start, end);
        }
    }

    private byte TraitsAt(ReadOnlySpan<char> text, int index, out int length) =>
        TraitsOf(CharacterClasses.CodePointAt(text, index, out length));

    private byte TraitsOf(int codePoint) =>
        codePoint < 0x10000 ? _units[codePoint]
        : IsPlain(codePoint) ? (byte)(BoundaryBefore | Stable)
        : _beyond.TryGetValue(codePoint, out var traits) ? traits
        : _beyond.GetOrAdd(codePoint, Traits(codePoint));

    // Most characters above U+FFFF, such as emoji, are unaffected by normalisation.
    private bool IsPlain(int codePoint) =>
        _data.Mapping(codePoint, _compatibility) is null && _data.ClassOf(codePoint) == 0 && !_data.ComposesWithPrevious(codePoint);

    private byte Traits(int codePoint)
    {
        var parts = new List<int>(4);
        Decompose(codePoint, parts);
        var boundary =
            _data.ClassOf(parts[0]) == 0 && !(_compose && (_data.ComposesWithPrevious(parts[0]) || _data.ComposesWithPrevious(codePoint)));
        var scratch = new Composition(_data, _compose);
        foreach (var part in parts)
        {
            scratch.Add(part, 0, 0);
        }

        return (byte)((boundary ? BoundaryBefore : 0) | (scratch.IsJust(codePoint) ? Stable : 0));
    }
}
