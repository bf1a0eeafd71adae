using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Lexical;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class BestChunkScorerTests
{
    private static readonly LexicalQuery Words = new(["inflammatori", "mous", "gen", "grün"], [2, 1, 0.5, 3], [1, 1, 1, 1], 10);

    [Theory]
    [InlineData("Nothing of it", 0)]
    [InlineData("An inflammatory process", 2 * 0.5)]
    [InlineData("Mouse, mouse and MOUSE", 1 * 0.75)]
    [InlineData("A gene; generalisations", 0.5 * 0.5)]
    [InlineData("grüne Gene", (3 * 0.5) + (0.5 * 0.5))]
    public void A_chunk_counts_words_that_start_with_a_stem_and_are_little_longer(string text, double score) =>
        Assert.Equal(score, BestChunkScorer.Score(text, Words), 12);
}
