using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.EmbedService.Formats.Tei;

/// <summary>Tokens in TEI's form, with offsets in bytes of UTF-8.</summary>
internal static class TeiTokens
{
    public static TeiToken[] Encode(Tokenizer tokenizer, string text, EncodeOptions options)
    {
        var encoded = tokenizer.Encode(text, options);
        var utf8 = new Utf8Offset(text);
        var tokens = new TeiToken[encoded.Ids.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            var (id, offset) = (encoded.Ids[i], encoded.Offsets[i]);
            tokens[i] = encoded.SpecialMask[i]
                ? new TeiToken(id, tokenizer.Decode([id], skipSpecialTokens: false), true, null, null)
                : new TeiToken(id, text[offset.Start..offset.End], false, utf8.At(offset.Start), utf8.At(offset.End));
        }

        return tokens;
    }

    /// <summary>Converts UTF-16 offsets to UTF-8 ones; fast for ascending offsets.</summary>
    private sealed class Utf8Offset(string text)
    {
        private int _position;
        private int _bytes;

        public int At(int position)
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
