using System.Buffers;
using System.Text;
using System.Text.Json;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.TestKit;
using Microsoft.ML.Tokenizers;
using Xunit;
using MlTokenizer = Microsoft.ML.Tokenizers.Tokenizer;

namespace EmbedPlatform.Inference.Tests.Tokenization;

/// <summary>What holds where a tokenizer is used as Microsoft.ML.Tokenizers' own are.</summary>
public sealed class AbstractionTests
{
    private static readonly EncodeOptions Bare = new() { AddSpecialTokens = false, MatchSpecialTokens = false };

    private static readonly string[] Texts =
    [
        "",
        " ",
        "Hello, World! It's 42 \u00b0C.",
        "nai\u0308ve cafe\u0301 de\u0301ja\u0300 vu",
        "na\u00efve caf\u00e9",
        "Stra\u00dfe, \ufb01ne \u2460 \ufdfa \u0130stanbul",
        "\u6771\u4eac\u30bf\u30ef\u30fc \ud55c\uad6d\uc5b4 \u1112\u1161\u11ab",
        "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 family \U00020000",
        "a\ud800b \udc00",
        "[CLS] </s> <s> x [SEP]",
        "  two\t\nblanks  ",
        "if (x <= 1) { return y[0]; }",
    ];

    public static TheoryData<string> Files => RealFiles.All;

    [Theory]
    [InlineData("tokenizers/bert-uncased")]
    [InlineData("tokenizers/xlm-roberta")]
    public void Every_golden_line_has_the_ids_of_the_engine_and_those_of_Hugging_Face_between_their_special_tokens(string folder)
    {
        var tokenizer = RealFiles.Load($"{folder}/tokenizer.json");
        MlTokenizer abstraction = tokenizer;
        var (lines, withNames) = (0, 0);
        foreach (
            var line in File.ReadLines(SharedAssets.Require($"{folder}/golden.jsonl"))
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
        )
        {
            var text = line.GetProperty("text").GetString()!;
            var ids = abstraction.EncodeToIds(text);
            Assert.Equal(tokenizer.Encode(text, Bare).Ids, ids);

            // Hugging Face takes names of special tokens in a text for these; here as in the engine they are text.
            var golden = line.GetProperty("ids").Deserialize<int[]>()![1..^1];
            withNames += golden.AsSpan().SequenceEqual([.. ids]) ? 0 : 1;
            Assert.Equal(
                !golden.AsSpan().SequenceEqual([.. ids]),
                tokenizer.Encode(text, Bare with { MatchSpecialTokens = true }).Ids.Length != ids.Count
            );
            lines++;
        }

        Assert.InRange(withNames, 0, lines / 20);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Ids_tokens_and_counts_agree_with_the_engine_on_any_text(string file)
    {
        var tokenizer = RealFiles.Load(file);
        MlTokenizer abstraction = tokenizer;
        foreach (var text in Texts)
        {
            var expected = tokenizer.Encode(text, Bare);
            var tokens = abstraction.EncodeToTokens(text, out var normalized);

            Assert.Null(normalized);
            Assert.Equal(expected.Ids, abstraction.EncodeToIds(text));
            Assert.Equal(expected.Ids, abstraction.EncodeToIds(text.AsSpan()));
            Assert.Equal(expected.Ids, tokens.Select(token => token.Id));
            Assert.Equal(expected.Offsets.Select(offset => offset.Start..offset.End), tokens.Select(token => token.Offset));
            Assert.Equal(expected.Ids.Length, abstraction.CountTokens(text));
            Assert.Equal(
                expected.Ids.Length + tokenizer.SpecialTokensPerText,
                tokenizer.Encode(text, new EncodeOptions { MatchSpecialTokens = false }).Ids.Length
            );
        }
    }

    [Theory]
    [InlineData("Cafe\u0301 na\u00efve", new[] { "Cafe", "na\u00efve" })]
    [InlineData("\u00c5NGSTR\u00d6M unit", new[] { "\u00c5NG", "STR\u00d6M", "unit" })]
    [InlineData("x \u6771\u4eac y", new[] { "x", "\u6771", "\u4eac", "y" })]
    public void Positions_are_those_of_the_text_as_it_is_given_whatever_the_normalizer_makes_of_it(string text, string[] slices)
    {
        MlTokenizer bert = RealFiles.Load("tokenizers/bert-uncased/tokenizer.json");

        Assert.Equal(slices, bert.EncodeToTokens(text, out _).Select(token => text[token.Offset]));
    }

    [Fact]
    public void A_token_s_value_is_its_name_in_the_vocabulary()
    {
        MlTokenizer words = new TokenizerJson().Build();

        Assert.Equal([("a", 0..1), ("##b", 1..2)], words.EncodeToTokens("ab", out _).Select(token => (token.Value, token.Offset)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_limit_takes_the_beginning_and_says_how_far_it_goes(string file)
    {
        MlTokenizer tokenizer = RealFiles.Load(file);
        foreach (var text in Texts)
        {
            var whole = tokenizer.EncodeToTokens(text, out _);
            for (var most = 1; most <= whole.Count + 1; most++)
            {
                var ids = tokenizer.EncodeToIds(text, most, out var normalized, out var consumed);
                var index = tokenizer.GetIndexByTokenCount(text, most, out _, out var count);

                Assert.Null(normalized);
                Assert.InRange(ids.Count, 0, most);
                Assert.Equal(whole.Take(ids.Count).Select(token => token.Id), ids);
                Assert.Equal((ids.Count, consumed), (count, index));
                Assert.Equal(most >= whole.Count, index == text.Length && count == whole.Count);
                AssertBetweenCharacters(text, index);
                Assert.All(whole.Take(count), token => Assert.InRange(token.Offset.End.Value, 0, index));
                Assert.All(whole.Skip(count), token => Assert.InRange(token.Offset.Start.Value, index, text.Length));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_limit_from_the_end_takes_the_end(string file)
    {
        MlTokenizer tokenizer = RealFiles.Load(file);
        foreach (var text in Texts)
        {
            var whole = tokenizer.EncodeToTokens(text, out _);
            for (var most = 1; most <= whole.Count + 1; most++)
            {
                var index = tokenizer.GetIndexByTokenCountFromEnd(text, most, out var normalized, out var count);

                Assert.Null(normalized);
                Assert.InRange(count, 0, most);
                Assert.Equal(most >= whole.Count, index == 0 && count == whole.Count);
                AssertBetweenCharacters(text, index);
                Assert.All(whole.SkipLast(count), token => Assert.InRange(token.Offset.End.Value, 0, index));
                Assert.All(whole.TakeLast(count), token => Assert.InRange(token.Offset.Start.Value, index, text.Length));
            }
        }
    }

    [Fact]
    public void A_cut_leaves_a_character_of_several_tokens_whole_and_a_mark_with_its_letter()
    {
        MlTokenizer bytes = RealFiles.Load("byte-level BPE");
        MlTokenizer bert = RealFiles.Load("tokenizers/bert-uncased/tokenizer.json");

        Assert.Equal(5, bytes.CountTokens("x\U0001f600"));
        Assert.Equal(1, bytes.GetIndexByTokenCount("x\U0001f600", 3, out _, out var beginning));
        Assert.Equal(3, bytes.GetIndexByTokenCountFromEnd("x\U0001f600", 3, out _, out var end));
        Assert.Equal((1, 0), (beginning, end));
        Assert.Equal(5, bert.GetIndexByTokenCount("cafe\u0301 noir", 1, out _, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_below_one_is_refused(int most)
    {
        MlTokenizer words = new TokenizerJson().Build();

        Assert.Throws<ArgumentOutOfRangeException>(() => words.EncodeToIds("a", most, out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => words.GetIndexByTokenCount("a", most, out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => words.GetIndexByTokenCountFromEnd("a", most, out _, out _));
    }

    [Fact]
    public void A_step_that_is_not_considered_is_left_out()
    {
        MlTokenizer words = new TokenizerJson()
            .With("normalizer", """{"type":"Lowercase"}""")
            .With("pre_tokenizer", """{"type":"WhitespaceSplit"}""")
            .Build();

        Assert.Equal([1, 1], words.EncodeToIds("A a"));
        Assert.Equal([0, 1], words.EncodeToIds("A a", considerNormalization: false));
        Assert.Equal([0], words.EncodeToIds("A a", considerPreTokenization: false));
        Assert.Equal([1, 2], words.EncodeToIds("AB", considerPreTokenization: false));
    }

    [Fact]
    public void Chunkers_that_turn_normalization_off_for_the_sake_of_positions_get_the_model_s_counts()
    {
        var bert = RealFiles.Load("tokenizers/bert-uncased/tokenizer.json");
        const string text = "CAFE\u0301 UNBELIEVABLE Misrepresentations";

        Assert.NotEqual(bert.CountTokens(text), bert.CountTokens(text, considerNormalization: false));
        Assert.Equal(bert.CountTokens(text), bert.ForChunkers.CountTokens(text, considerNormalization: false));
        Assert.Equal(bert.EncodeToIds(text), bert.ForChunkers.EncodeToIds(text, considerNormalization: false));
        Assert.Equal(
            bert.GetIndexByTokenCount(text, 2, out _, out _),
            bert.ForChunkers.GetIndexByTokenCount(text, 2, out _, out _, considerNormalization: false)
        );
        Assert.Equal("cafe", bert.ForChunkers.Decode(bert.EncodeToIds("Cafe\u0301")));
    }

    [Theory]
    [InlineData("tokenizers/bert-uncased/tokenizer.json", "a plain text, and a second one.")]
    [InlineData("tokenizers/xlm-roberta/tokenizer.json", "A plain text, und Stra\u00dfe, \u6771\u4eac.")]
    [InlineData("byte-level BPE", "bytes \U0001f600 and all")]
    public void Decoding_gives_a_plain_text_back_into_a_string_or_a_span(string file, string text)
    {
        MlTokenizer tokenizer = RealFiles.Load(file);
        var ids = tokenizer.EncodeToIds(text);
        var (exact, small) = (new char[text.Length], new char[text.Length - 1]);

        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.Equal(OperationStatus.Done, tokenizer.Decode(ids, exact, out var consumed, out var written));
        Assert.Equal((text, ids.Count, text.Length), (new string(exact), consumed, written));
        Assert.Equal(OperationStatus.DestinationTooSmall, tokenizer.Decode(ids, small, out consumed, out written));
        Assert.Equal((0, 0), (consumed, written));
    }

    [Fact]
    public void An_id_that_the_vocabulary_lacks_cannot_be_decoded()
    {
        MlTokenizer words = new TokenizerJson().Build();

        Assert.Contains("7", Assert.Throws<InvalidOperationException>(() => words.Decode([1, 7])).Message);
        Assert.Equal(OperationStatus.InvalidData, words.Decode([1, -1], new char[9], out var consumed, out _));
        Assert.Equal(1, consumed);
        Assert.Throws<ArgumentNullException>(() => words.Decode(null!));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Counting_allocates_nothing(string file)
    {
        MlTokenizer tokenizer = RealFiles.Load(file);
        var text = string.Join(' ', Enumerable.Repeat("The quick brown fox, na\u00efve caf\u00e9 \u6771\u4eac.", 50));
        var tokens = Enumerable.Range(0, 5).Max(_ => tokenizer.CountTokens(text));

        var before = GC.GetAllocatedBytesForCurrentThread();
        tokenizer.CountTokens(text);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, tokens);
    }

    private static void AssertBetweenCharacters(string text, int index)
    {
        Assert.InRange(index, 0, text.Length);
        Assert.False(
            index > 0 && index < text.Length && char.IsSurrogatePair(text[index - 1], text[index]),
            $"{index} is inside a character"
        );
    }
}
