using EmbedPlatform.Inference.Tokenization;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

public sealed class BpeTests
{
    private static readonly string[] Letters = ["a", "b", "c", "ab", "bc", "abc"];

    [Fact]
    public void The_earliest_merge_comes_first_wherever_it_stands() =>
        Assert.Equal([0, 4], TokenizerJson.Bpe(Letters, ["b c", "a b"]).Build().Encode("abc").Ids);

    [Fact]
    public void Of_equal_merges_the_leftmost_comes_first() =>
        Assert.Equal([1, 0], TokenizerJson.Bpe(["a", "aa"], ["a a"]).Build().Encode("aaa").Ids);

    // Short and long words are merged in different ways, and the result is the same.
    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(200)]
    public void A_word_of_any_length_is_merged_by_rank_from_left_to_right(int pairs)
    {
        var tokenizer = TokenizerJson.Bpe([.. Letters, "abcabc"], ["b c", "a bc", "abc abc"]).Build();

        Assert.Equal(
            [.. Enumerable.Repeat(6, pairs / 2), 0, 1],
            tokenizer.Encode(string.Concat(Enumerable.Repeat("abcabc", pairs / 2)) + "ab").Ids
        );
    }

    [Fact]
    public void Merges_build_on_merges() => Assert.Equal([5], TokenizerJson.Bpe(Letters, ["a b", "ab c"]).Build().Encode("abc").Ids);

    [Theory]
    [InlineData("", new[] { 0, 1, 2 })]
    [InlineData("\"ignore_merges\":true,", new[] { 5 })]
    public void A_whole_word_is_its_token_without_merges_only_where_the_file_ignores_them(string settings, int[] expected) =>
        Assert.Equal(expected, TokenizerJson.Bpe(Letters, [], settings).Build().Encode("abc").Ids);

    [Theory]
    [InlineData("", new[] { 0, 1 })]
    [InlineData("\"unk_token\":\"c\",", new[] { 0, 2, 2, 1 })]
    [InlineData("\"unk_token\":\"c\",\"fuse_unk\":true,", new[] { 0, 2, 1 })]
    public void Unknown_characters_are_left_out_or_unknown_each_or_together(string settings, int[] expected) =>
        Assert.Equal(expected, TokenizerJson.Bpe(Letters, [], settings).Build().Encode("axyb").Ids);

    [Fact]
    public void Unknown_characters_become_their_bytes_in_the_order_of_the_text()
    {
        var tokenizer = TokenizerJson.Bpe(["?", "a", "<0xC3>", "<0xA9>"], [], "\"unk_token\":\"?\",\"byte_fallback\":true,").Build();

        var encoding = tokenizer.Encode("axé");

        Assert.Equal([1, 0, 2, 3], encoding.Ids);
        Assert.Equal([new(0, 1), new(1, 2), new(2, 3), new(2, 3)], encoding.Offsets);
    }

    [Fact]
    public void Byte_level_text_is_split_merged_trimmed_and_read_back()
    {
        var tokenizer = TokenizerJson
            .Bpe(["a", "b", "Ġ", "Ã", "©", "Ġb", "Ã©"], ["Ġ b", "Ã ©"])
            .With("pre_tokenizer", """{"type":"ByteLevel","add_prefix_space":false}""")
            .With("post_processor", """{"type":"ByteLevel","trim_offsets":true}""")
            .With("decoder", """{"type":"ByteLevel"}""")
            .Build();

        var encoding = tokenizer.Encode("a bé");

        Assert.Equal([0, 5, 6], encoding.Ids);
        Assert.Equal([new TokenOffset(0, 1), new(2, 3), new(3, 4)], encoding.Offsets);
        Assert.Equal("a bé", tokenizer.Decode(encoding.Ids));
    }

    [Theory]
    [InlineData(true, " b", 0, 2)]
    [InlineData(false, " b", 1, 2)]
    [InlineData(true, "a b", 2, 3)]
    public void One_blank_at_the_start_stays_in_the_position_where_one_may_have_been_added(bool added, string text, int start, int end)
    {
        var tokenizer = TokenizerJson
            .Bpe(["a", "b", "Ġ", "Ġb", "Ġa"], ["Ġ b", "Ġ a"])
            .With("pre_tokenizer", $$"""{"type":"ByteLevel","add_prefix_space":{{(added ? "true" : "false")}}}""")
            .With("post_processor", $$"""{"type":"ByteLevel","trim_offsets":true,"add_prefix_space":{{(added ? "true" : "false")}}}""")
            .Build();

        Assert.Equal(new TokenOffset(start, end), tokenizer.Encode(text).Offsets[^1]);
    }

    [Theory]
    [InlineData("a b", "")]
    [InlineData("", "\"ignore_merges\":true,")]
    public void Merging_never_yields_a_special_token_that_is_not_matched(string merge, string settings)
    {
        var tokenizer = TokenizerJson.Bpe(["a", "b", "ab"], merge.Length > 0 ? [merge] : [], settings).Adding(2, "ab", "special").Build();

        Assert.Equal([2], tokenizer.Encode("ab").Ids);
        Assert.Equal([0, 1], tokenizer.Encode("ab", new EncodeOptions { MatchSpecialTokens = false }).Ids);
    }

    [Fact]
    public void Ids_with_gaps_are_all_below_the_vocabulary_size()
    {
        var tokenizer = new TokenizerJson().With("model", """{"type":"BPE","ignore_merges":true,"vocab":{"a":90},"merges":[]}""").Build();

        Assert.Equal(91, tokenizer.VocabularySize);
        Assert.Equal([90], tokenizer.Encode("a", new EncodeOptions { MatchSpecialTokens = false }).Ids);
    }
}
