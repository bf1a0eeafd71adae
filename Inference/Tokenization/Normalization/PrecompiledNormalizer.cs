using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.Normalization;

/// <summary>
/// SentencePiece's compiled character map: a double-array trie (github.com/s-yata/darts-clone) from UTF-8 prefixes to replacements. As in Hugging Face, a user-perceived character of
/// fewer than six bytes is looked up as a whole first, by its shortest prefix in the map, then code point by code point.
/// </summary>
internal sealed class PrecompiledNormalizer : Normalizer
{
    private const int Simple = 0x300;
    private readonly uint[] _trie;
    private readonly byte[] _replacements;
    private readonly string?[] _simple = new string?[Simple];

    /// <param name="map">The map as the file holds it: the trie's size in bytes, the trie, the replacements ended by zeros.</param>
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
        Span<byte> bytes = stackalloc byte[4];
        for (var value = 1; value < Simple; value++)
        {
            _simple[value] = Find(bytes[..new Rune(value).EncodeToUtf8(bytes)]);
        }
    }

    public override void Apply(Workspace workspace)
    {
        var source = workspace.Text;
        var text = source.Span;
        var at = 0;
        while (at < text.Length && IsSimple(text, at) && _simple[text[at]] is null)
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
        Span<byte> bytes = stackalloc byte[8];
        while (at < text.Length)
        {
            var length = 1;
            if (IsSimple(text, at))
            {
                Append(source, target, at, 1, _simple[text[at]]);
            }
            else
            {
                length = StringInfo.GetNextTextElementLength(text[at..]);
                Rewrite(source, target, at, length, bytes);
            }

            at += length;
        }

        workspace.SwapText();
    }

    private void Rewrite(TextBuffer source, TextBuffer target, int start, int length, Span<byte> bytes)
    {
        var element = source.Span.Slice(start, length);
        if (element.Length <= 5 && System.Text.Encoding.UTF8.GetByteCount(element) is < 6 and var count)
        {
            System.Text.Encoding.UTF8.GetBytes(element, bytes);
            if (Find(bytes[..count]) is { } whole)
            {
                Append(source, target, start, length, whole);
                return;
            }
        }

        for (int i = 0, size; i < length; i += size)
        {
            var codePoint = CharacterClasses.CodePointAt(element, i, out size);
            Append(source, target, start + i, size, Find(bytes[..new Rune(codePoint).EncodeToUtf8(bytes)]));
        }
    }

    private static void Append(TextBuffer source, TextBuffer target, int start, int length, string? replacement)
    {
        if (replacement is null)
        {
            target.AppendFrom(source, start, start + length);
        }
        else
        {
            target.Append(replacement, source.StartOf(start), source.EndOf(start + length - 1));
        }
    }

    // No character below U+0300 continues the one before it, except a line feed after a carriage return.
    private static bool IsSimple(ReadOnlySpan<char> text, int index) =>
        text[index] < Simple && text[index] != '\r' && text[index] != 0 && (index + 1 == text.Length || text[index + 1] < Simple);

    private string? Find(ReadOnlySpan<byte> key)
    {
        var node = Offset(_trie[0]);
        foreach (var value in key)
        {
            node ^= value;
            if (value == 0 || node >= _trie.Length || (_trie[node] & 0x800000FF) != value)
            {
                return null;
            }

            var unit = _trie[node];
            node ^= Offset(unit);
            if ((unit & 0x100) != 0)
            {
                var rest = _replacements.AsSpan((int)(_trie[node] & 0x7FFFFFFF));
                var end = rest.IndexOf((byte)0);
                return System.Text.Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
            }
        }

        return null;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);
}
