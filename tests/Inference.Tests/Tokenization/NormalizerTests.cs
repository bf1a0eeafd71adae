using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

/// <summary>What each normalizer makes of a text; the expected texts are those of Hugging Face's libraries.</summary>
public sealed class NormalizerTests
{
    [Theory]
    [InlineData("""{"type":"NFC"}""", "e\u0301 \u212B ﬁ", "\u00E9 \u00C5 ﬁ")]
    [InlineData("""{"type":"NFD"}""", "\u00E9가", "e\u0301\u1100\u1161")]
    [InlineData("""{"type":"NFKC"}""", "ﬁ ① ㎏ e\u0301", "fi 1 kg \u00E9")]
    [InlineData("""{"type":"NFKD"}""", "ﬁ\u00E9", "fie\u0301")]
    [InlineData("""{"type":"Lowercase"}""", "ÀΑΣ ΣΑ", "àας σα")]
    [InlineData("""{"type":"StripAccents"}""", "e\u0301\u00E9", "e\u00E9")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":false}""", " a ", "a ")]
    [InlineData("""{"type":"Strip","strip_left":false,"strip_right":true}""", " a ", " a")]
    [InlineData("""{"type":"Replace","pattern":{"String":"ab"},"content":""}""", "xabab", "x")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}""", "a   b c", "a b c")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"\\b"},"content":"|"}""", "ab c", "|ab| |c|")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""", "a", "▁a")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""", "", "")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"}]}""", "É", "e")]
    public void A_text_is_normalized_as_the_file_says(string normalizer, string text, string expected) =>
        Assert.Equal(expected, Normalized(normalizer, text));

    [Theory]
    [InlineData("true", "true", "null", "true", "É\t中\u0000\u200B\uFFFE", "e  中 \uFFFE")]
    [InlineData("false", "true", "null", "true", "É\t中\u0001", "e\t 中 \u0001")]
    [InlineData("true", "false", "null", "true", "É中\uFFFD", "e中")]
    [InlineData("true", "true", "false", "true", "É", "é")]
    [InlineData("true", "true", "true", "false", "É", "E")]
    [InlineData("true", "true", "null", "false", "É\u00AD", "É")]
    public void Bert_does_what_its_options_say(string clean, string chinese, string accents, string lower, string text, string expected) =>
        Assert.Equal(
            expected,
            Normalized(
                $$"""{"type":"BertNormalizer","clean_text":{{clean}},"handle_chinese_chars":{{chinese}}"""
                    + $$""","strip_accents":{{accents}},"lowercase":{{lower}}}""",
                text
            )
        );

    // Every byte a token, and back.
    private static string Normalized(string normalizer, string text)
    {
        var bytes = Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>").ToArray();
        var tokenizer = TokenizerJson
            .Bpe(bytes, [], "\"byte_fallback\":true,")
            .With("normalizer", normalizer)
            .With("decoder", """{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"}]}""")
            .Build();
        return tokenizer.Decode(tokenizer.Encode(text).Ids);
    }
}
