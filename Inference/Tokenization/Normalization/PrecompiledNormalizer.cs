using System.Buffers.Binary;
using System.Text;
using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.Normalization;

/// <summary>
/// SentencePiece's compiled character map: a double-array trie (github.com/s-yata/darts-clone) from UTF-8 prefixes to replacements. The
/// longest prefix counts, as in SentencePiece itself; Hugging Face matches whole grapheme clusters first, which differs if
/// a letter has three or more combining marks.
/// </summary>
internal sealed class PrecompiledNormalizer : Normalizer
{
    private readonly uint[] _trie;
    private readonly byte[] _replacements;
    private readonly bool[] _aloneOrBeforeAscii = new bool[0x80];

    /// <param name="map">The map in the file's format: the trie's size in bytes, the trie, the replacements ended by zeros.</param>
    /// <exception cref="TokenizerFormatException">It is not such a map.</exception>
    public PrecompiledNormalizer(ReadOnlySpan<byte> map)
    {
        var size = map.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(map);
        if (size < 4 || size % 4 != 0 || size > map.Length - 4)
        {
            throw new TokenizerFormatException("normalizer Precompiled: precompiled_charsmap is not a SentencePiece character map.");
        }

        _trie = new uint[size / 4];
        for (var i = 0; i < _trie.Length; i++)
        {
            _trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(map[(4 + (4 * i))..]);
        }

        _replacements = map[(4 + size)..].ToArray();
        Span<char> pair = stackalloc char[2];
        for (var first = '\0'; first < 0x80; first++)
        {
            for (var second = '\0'; second < 0x80 && !_aloneOrBeforeAscii[first]; second++)
            {
                (pair[0], pair[1]) = (first, second);
                _aloneOrBeforeAscii[first] = Walk(pair, out _, out var depth) >= 0 || depth > 1;
            }
        }
    }

    public override void Apply(Workspace workspace)
    {
        var source = workspace.Text;
        var text = source.Span;
        var at = 0;
        while (at < text.Length && Find(text[at..], out _) < 0)
        {
            at++;
        }

        if (at == text.Length)
        {
            return;
        }

        var target = workspace.SpareText;
        target.ResetAligned(text.Length + 16);
        target.AppendFrom(source, 0, at);
        while (at < text.Length)
        {
            var replacement = Find(text[at..], out var length);
            if (replacement < 0)
            {
                target.AppendFrom(source, at, at + 1);
                length = 1;
            }
            else
            {
                Append(target, replacement, source.StartOf(at), source.EndOf(at + length - 1));
            }

            at += length;
        }

        workspace.SwapText();
    }

    private void Append(TextBuffer target, int replacement, int start, int end)
    {
        var rest = _replacements.AsSpan(replacement);
        var length = rest.IndexOf((byte)0);
        Span<char> characters = stackalloc char[64];
        for (rest = length < 0 ? rest : rest[..length]; rest.Length > 0;)
        {
            System.Text.Unicode.Utf8.ToUtf16(rest, characters, out var read, out var written);
            target.Append(characters[..written], start, end);
            rest = rest[read..];
        }
    }

    /// <summary>The start of the replacement of the longest prefix; -1 if the map does not change the text.</summary>
    private int Find(ReadOnlySpan<char> text, out int length)
    {
        // Most ASCII characters have entries only with a following combining mark.
        if (text[0] < 0x80 && !_aloneOrBeforeAscii[text[0]] && (text.Length == 1 || text[1] < 0x80))
        {
            length = 0;
            return -1;
        }

        return Walk(text, out length, out _);
    }

    private int Walk(ReadOnlySpan<char> text, out int length, out int depth)
    {
        var (node, found) = (Offset(_trie[0]), -1);
        Span<byte> bytes = stackalloc byte[4];
        (length, depth) = (0, 0);
        if (char.IsLowSurrogate(text[0]))
        {
            return -1;
        }

        for (int at = 0, size; at < text.Length; at += size)
        {
            var codePoint = CharacterClasses.CodePointAt(text, at, out size);
            var count = 1;
            bytes[0] = (byte)codePoint;
            if (codePoint >= 0x80)
            {
                count = new Rune(codePoint).EncodeToUtf8(bytes);
            }

            for (var i = 0; i < count; i++)
            {
                node ^= bytes[i];
                if (bytes[i] == 0 || node >= _trie.Length || (_trie[node] & 0x800000FF) != bytes[i])
                {
                    return found;
                }

                var unit = _trie[node];
                node ^= Offset(unit);
                if ((unit & 0x100) != 0)
                {
                    found = (int)(_trie[node] & 0x7FFFFFFF);
                    length = at + size;
                }
            }

            depth++;
        }

        return found;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);
}
