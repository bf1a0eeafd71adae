using System.Text.Json;
using EmbedPlatform.Inference.Tokenization;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

/// <summary>How each pre-tokenizer splits; the expected pieces are those of Hugging Face's Rust library.</summary>
public sealed class PreTokenizerTests
{
    [Theory]
    [InlineData("""{"type":"BertPreTokenizer"}""", "it's a-b  c。d", "it|'|s|a|-|b|c|。|d")]
    [InlineData("""{"type":"WhitespaceSplit"}""", " a\tb\u00A0c d. ", "a|b|c|d.")]
    [InlineData("""{"type":"WhitespaceSplit"}""", "a\u0085b", "a\u0085b")]
    [InlineData("""{"type":"Whitespace"}""", "it's 1\uFE0F\u20E3 \u00BD_a \u24B6b…!", "it|'|s|1\uFE0F\u20E3|\u00BD|_a|\u24B6b|…!")]
    [InlineData("""{"type":"Digits","individual_digits":true}""", "ab12 ½", "ab|1|2| |½")]
    [InlineData("""{"type":"Digits","individual_digits":false}""", "ab12 ½", "ab|12| |½")]
    [InlineData("""{"type":"CharDelimiterSplit","delimiter":"-"}""", "a-b--c", "a|b|c")]
    [InlineData("""{"type":"Punctuation"}""", "a!?b", "a|!|?|b")]
    [InlineData("""{"type":"Punctuation","behavior":"Contiguous"}""", "a!?b", "a|!?|b")]
    [InlineData("""{"type":"Punctuation","behavior":"MergedWithPrevious"}""", "a!?b", "a!|?|b")]
    [InlineData("""{"type":"Punctuation","behavior":"MergedWithNext"}""", "a!?b", "a|!|?b")]
    [InlineData("""{"type":"Punctuation","behavior":"Removed"}""", "a!?b", "a|b")]
    [InlineData("""{"type":"Split","pattern":{"String":" "},"behavior":"Isolated"}""", "a  b", "a| | |b")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[a-z]+"},"behavior":"Removed","invert":true}""", "ab 12cd", "ab|cd")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Punctuation"}]}""", "a.b c", "a|.|b|c")]
    public void A_text_is_split_as_the_file_says(string preTokenizer, string text, string pieces) =>
        Assert.Equal(pieces, Pieces(preTokenizer, text));

    [Theory]
    [InlineData(@"\w+", "x\u00B2\u0903\u20E3 \u2160\u24B6 \U0001F130!", "x\u00B2\u0903\u20E3| |\u2160\u24B6| |\U0001F130|!")]
    [InlineData(@"[\w]+", "x\u00B2", "x|\u00B2")]
    [InlineData(@"\b", "ab, c", "ab|, |c")]
    [InlineData(@"\p{L}++", "abc1", "abc|1")]
    [InlineData(@"\p{N}{1,2}+", "12345a", "12345|a")]
    [InlineData(@"[^\r\n\p{L}\p{N}]?+\p{L}+|\s+(?!\S)|\s+", "ab  cd", "ab| | cd")]
    [InlineData(@"(?i:'s|K)", "it'\u017F \u212A", "it|'\u017F| |\u212A")]
    [InlineData(@"^ ", " a\n b", " |a\n| |b")]
    [InlineData(@"\p{Lo}", "a\U00020000b", "a|\U00020000|b")]
    public void Expressions_mean_what_they_mean_in_Oniguruma(string expression, string text, string pieces) =>
        Assert.Equal(
            pieces,
            Pieces($$$"""{"type":"Split","pattern":{"Regex":{{{JsonSerializer.Serialize(expression)}}}},"behavior":"Isolated"}""", text)
        );

    [Theory]
    [InlineData("[a[bc]]", "a set within a set")]
    [InlineData("[[:alpha:]]", "a set within a set")]
    [InlineData("[a&&b]", "a set within a set")]
    [InlineData("(?m:a.b)", "(?m)")]
    [InlineData(@"[\W]", @"\W")]
    [InlineData("[\U00020000-\U0002A6DF]", "U+FFFF")]
    [InlineData(@"\p{Han}", "Han")]
    [InlineData(@"\h+", @"\h")]
    public void Expressions_that_would_mean_something_else_are_refused(string expression, string named)
    {
        var pattern = JsonSerializer.Serialize(expression);

        var problem = Assert.Throws<TokenizerFormatException>(() =>
            Pieces($$$"""{"type":"Split","pattern":{"Regex":{{{pattern}}}},"behavior":"Isolated"}""", "a")
        );

        Assert.Contains("pre_tokenizer Split", problem.Message, StringComparison.Ordinal);
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("always", true, "a b", "▁a|▁b")]
    [InlineData("always", false, "a b", "▁a▁b")]
    [InlineData("first", true, "a<x>b", "▁a|<x>|b")]
    [InlineData("always", true, "a<x>b", "▁a|<x>|▁b")]
    [InlineData("never", true, "a b", "a|▁b")]
    [InlineData("always", true, " a▁b", "▁a|▁b")]
    public void Metaspace_puts_its_sign_in_front_when_the_scheme_says(string scheme, bool split, string text, string expected)
    {
        string[] tokens = ["a", "b", "▁", "▁a", "▁b", "▁a▁b"];
        var tokenizer = TokenizerJson
            .Bpe(tokens, ["▁ a", "▁ b", "▁a ▁b"])
            .Adding(6, "<x>")
            .With(
                "pre_tokenizer",
                $$"""{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":{{(split ? "true" : "false")}}}"""
            )
            .Build();

        Assert.Equal(expected, string.Join('|', tokenizer.Encode(text).Ids.Select(id => id < 6 ? tokens[id] : "<x>")));
    }

    [Fact]
    public void Metaspace_takes_a_text_for_the_first_even_where_a_normalizer_took_its_beginning_away() =>
        Assert.Equal(
            [1],
            TokenizerJson
                .Bpe(["a", "▁a", "▁"], ["▁ a"])
                .With("normalizer", """{"type":"Strip"}""")
                .With("pre_tokenizer", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""")
                .Build()
                .Encode(" a")
                .Ids
        );

    // A WordPiece that knows nothing gives one token a piece, whose position is the piece.
    private static string Pieces(string preTokenizer, string text)
    {
        var tokenizer = new TokenizerJson()
            .With("model", """{"type":"WordPiece","unk_token":"?","vocab":{"?":0}}""")
            .With("pre_tokenizer", preTokenizer)
            .Build();
        return string.Join('|', tokenizer.Encode(text).Offsets.Select(offset => text[offset.Start..offset.End]));
    }
}
