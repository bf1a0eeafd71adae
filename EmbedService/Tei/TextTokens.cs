using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.EmbedService.Tei;

/// <summary>Texts as TEI shows their tokens: places in bytes of UTF-8, none for special tokens.</summary>
internal static class TextTokens
{
    public static TeiToken[] Of(Tokenizer tokenizer, string text, EncodeOptions options)
    {
        var encoded = tokenizer.Encode(text, options);
        var place = new Utf8Place(text);
        var tokens = new TeiToken[encoded.Ids.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            var (id, offset) = (encoded.Ids[i], encoded.Offsets[i]);
            tokens[i] = encoded.SpecialMask[i]
                ? new TeiToken(id, tokenizer.Decode([id], skipSpecialTokens: false), true, null, null)
                : new TeiToken(id, text[offset.Start..offset.End], false, place.Of(offset.Start), place.Of(offset.End));
        }

        return tokens;
    }

    /// <summary>UTF-16 positions to UTF-8 ones; fast where they mostly grow.</summary>
    private sealed class Utf8Place(string text)
    {
        private int _position;
        private int _bytes;

        public int Of(int position)
        {
            if (position < _position)
            {
                (_position, _bytes) = (0, 0);
            }

            _bytes += System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(_position, position - _position));
            _position = position;
            return _bytes;
        }
    }
}
