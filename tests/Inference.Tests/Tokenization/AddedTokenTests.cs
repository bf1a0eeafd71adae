using EmbedPlatform.Inference.Tokenization;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Tokenization;

public sealed class AddedTokenTests
{
    [Theory]
    [InlineData("lstrip", 1, 4)]
    [InlineData("rstrip", 2, 5)]
    [InlineData("special", 2, 4)]
    public void A_token_takes_the_white_space_it_asks_for(string flag, int start, int end)
    {
        var encoding = With(flag).Encode("a <> b");

        Assert.Equal(new TokenOffset(start, end), encoding.Offsets[Array.IndexOf(encoding.Ids, 9)]);
    }

    [Theory]
    [InlineData("a x a", true)]
    [InlineData("axa", false)]
    [InlineData("x\u24B6", false)]
    [InlineData("x\u200D", false)]
    [InlineData("x\u00BD", true)]
    [InlineData("x\uD840\uDC00", false)]
    [InlineData("\uD840\uDC00x", false)]
    public void A_single_word_token_is_found_only_alone(string text, bool found) =>
        Assert.Equal(found, new TokenizerJson().Adding(9, "x", "single_word").Build().Encode(text).Ids.Contains(9));

    // Not inline data: attributes are stored as UTF-8, which has no lone surrogates.
    [Fact]
    public void Lone_surrogates_beside_a_single_word_token_are_no_part_of_a_word() =>
        Assert.Contains(9, new TokenizerJson().Adding(9, "x", "single_word").Build().Encode("\uD800x\uD800y").Ids);

    [Fact]
    public void A_token_of_the_vocabulary_keeps_the_id_it_has_there() =>
        Assert.Equal([1], new TokenizerJson().Adding(9, "a").Build().Encode("a").Ids);

    [Fact]
    public void A_special_token_that_is_not_matched_does_not_hide_a_plain_one()
    {
        var tokenizer = new TokenizerJson().Adding(8, "<x>", "special").Adding(9, "<x").Build();

        Assert.Equal([8], tokenizer.Encode("<x>").Ids);
        Assert.Equal([9, 0], tokenizer.Encode("<x>", new EncodeOptions { MatchSpecialTokens = false }).Ids);
    }

    private static Tokenizer With(string flag) => new TokenizerJson().Adding(9, "<>", flag).Build();
}
