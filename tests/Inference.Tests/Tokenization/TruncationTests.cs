using EmbedPlatform.Inference.Tokenization;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

public sealed class TruncationTests
{
    private static readonly Tokenizer Words = new TokenizerJson()
        .With("model", """{"type":"WordPiece","unk_token":"?","vocab":{"?":0,"[C]":1,"[S]":2,"a":3,"b":4,"c":5,"d":6,"x":7,"y":8,"z":9}}""")
        .With("pre_tokenizer", """{"type":"WhitespaceSplit"}""")
        .With("post_processor", """{"type":"BertProcessing","cls":["[C]",1],"sep":["[S]",2]}""")
        .Build();

    [Theory]
    [InlineData(Truncation.Right, new[] { 1, 3, 4, 2 })]
    [InlineData(Truncation.Left, new[] { 1, 5, 6, 2 })]
    public void A_long_text_loses_the_end_on_the_side_asked_for(Truncation side, int[] expected)
    {
        var encoding = Words.Encode("a b c d", new EncodeOptions { MaxTokens = 4, Truncation = side });

        Assert.Equal(expected, encoding.Ids);
        Assert.Equal(6, encoding.TotalTokens);
        Assert.True(encoding.Truncated);
    }

    [Theory]
    [InlineData("a b c d", "x", 6, new[] { 1, 3, 4, 2, 7, 2 })]
    [InlineData("a", "x y z", 6, new[] { 1, 3, 2, 7, 8, 2 })]
    [InlineData("a b c d", "x y z", 7, new[] { 1, 3, 4, 2, 7, 8, 2 })]
    public void The_longer_text_of_a_pair_is_cut_first(string first, string second, int limit, int[] expected) =>
        Assert.Equal(expected, Words.EncodePair(first, second, new EncodeOptions { MaxTokens = limit }).Ids);

    [Theory]
    [InlineData(TruncationStrategy.OnlyFirst, Truncation.Right, 8, new[] { 1, 3, 4, 2, 7, 8, 9, 2 })]
    [InlineData(TruncationStrategy.OnlyFirst, Truncation.Left, 8, new[] { 1, 5, 6, 2, 7, 8, 9, 2 })]
    [InlineData(TruncationStrategy.OnlySecond, Truncation.Right, 8, new[] { 1, 3, 4, 5, 6, 2, 7, 2 })]
    [InlineData(TruncationStrategy.OnlyFirst, Truncation.Right, 5, new[] { 1, 2, 7, 8, 2 })]
    [InlineData(TruncationStrategy.OnlySecond, Truncation.Right, 5, new[] { 1, 3, 4, 2, 2 })]
    public void Only_one_text_of_a_pair_is_cut_where_that_is_asked_for_and_enough(
        TruncationStrategy strategy,
        Truncation side,
        int limit,
        int[] expected
    ) =>
        Assert.Equal(
            expected,
            Words
                .EncodePair(
                    "a b c d",
                    "x y z",
                    new EncodeOptions
                    {
                        MaxTokens = limit,
                        Strategy = strategy,
                        Truncation = side,
                    }
                )
                .Ids
        );

    [Fact]
    public void The_file_s_own_truncation_and_padding_are_told_but_not_applied()
    {
        var tokenizer = new TokenizerJson()
            .With("truncation", """{"max_length":2,"strategy":"OnlyFirst","direction":"Left","stride":1}""")
            .With(
                "padding",
                """{"strategy":{"Fixed":8},"direction":"Left","pad_to_multiple_of":null,"pad_id":2,"pad_type_id":0,"pad_token":"x"}"""
            )
            .With("pre_tokenizer", """{"type":"WhitespaceSplit"}""")
            .Build();

        Assert.Equal(
            new EncodeOptions
            {
                MaxTokens = 2,
                Strategy = TruncationStrategy.OnlyFirst,
                Truncation = Truncation.Left,
            },
            tokenizer.FileTruncation
        );
        Assert.Equal(2, tokenizer.PadId);
        Assert.Equal([1, 1, 0], tokenizer.Encode("a a c").Ids);
        Assert.Equal([1, 0], tokenizer.Encode("a a c", tokenizer.FileTruncation).Ids);
    }

    [Fact]
    public void Every_limit_holds_for_texts_and_pairs_on_both_sides()
    {
        foreach (var limit in Enumerable.Range(0, 12))
        {
            foreach (var side in (Truncation[])[Truncation.Right, Truncation.Left])
            {
                var options = new EncodeOptions { MaxTokens = limit, Truncation = side };
                Assert.Equal(Math.Min(limit, 6), Words.Encode("a b c d", options).Ids.Length);
                Assert.Equal(Math.Min(limit, 10), Words.EncodePair("a b c d", "x y z", options).Ids.Length);
            }
        }
    }

    [Fact]
    public void A_negative_limit_is_refused_by_name() =>
        Assert.Equal("MaxTokens", Assert.Throws<ArgumentOutOfRangeException>(() => new EncodeOptions { MaxTokens = -1 }).ParamName);

    [Fact]
    public void The_tokenizer_refuses_a_truncation_that_is_an_error_instead_of_cutting_silently() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EncodeOptions { Truncation = Truncation.Error });
}
