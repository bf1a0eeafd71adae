using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Lexical;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class BestChunkScorerTests
{
    private static readonly LexicalQuery Words = new(
        ["inflammatori", "mous", "gene", "\u0002grun", "grün"],
        [2, 1, 0.5, 3, 4],
        [1, 1, 1, 1, 1],
        10
    );

    [Theory]
    [InlineData("Nothing of it", 0)]
    [InlineData("An inflammatory process", 2 * 0.5)]
    [InlineData("Mouse, mouse and MOUSE", 1 * 0.75)]
    [InlineData("A gene; generalisations", 0.5 * 0.5)]
    [InlineData("Grün genes", (3 * 0.5) + (4 * 0.5) + (0.5 * 0.5))]
    public void A_chunk_counts_the_terms_of_its_words(string text, double score) =>
        Assert.Equal(score, BestChunkScorer.Score(TextAnalyzer.For("english", foldAccents: true), text, Words), 12);
}
