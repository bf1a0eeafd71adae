using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.Inference.Tokenization.Models;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

public sealed class WindowSplitterTests
{
    private const string Query = "how do I compress a file";

    private const int PairTokens = 64;

    private static readonly Tokenizer Tokenizer = Tokenizer.Load(Path.Combine(Repository.Root, "models", "mini-rerank", "tokenizer.json"));

    private static readonly string[] Vocabulary =
    [
        "compression",
        "of",
        "unpronounceable",
        "files",
        "antidisestablishmentarianism",
        "zip",
        "x",
    ];

    private static readonly EncodeOptions Plain = new() { MatchSpecialTokens = false };

    [Theory]
    [InlineData(Query, 16)]
    [InlineData(Query, 0)]
    [InlineData(Query, 1000)]
    [InlineData(
        "a query that is so long that hardly anything of a pair is left to the document, "
            + "and that is why it is the query that has to be cut, not the document, "
            + "whatever it may be about in the end, be it chess or music or the compression of files",
        16
    )]
    public void Windows_leave_no_part_of_a_document_out_and_each_fits_the_model(string query, int overlap)
    {
        var random = new Random(overlap);
        for (var i = 0; i < 200; i++)
        {
            var document = Document(random, words: 1 + random.Next(300));

            var cut = Windows(query, overlap).Split(document);

            Assert.False(cut.Truncated);
            Assert.Equal(0, cut.Windows[0].Start);
            Assert.Equal(document.Length, cut.Windows[^1].End);
            Assert.All(
                cut.Windows.Zip(cut.Windows.Skip(1)),
                pair =>
                {
                    Assert.True(pair.Second.Start > pair.First.Start && pair.Second.End > pair.First.End);
                    Assert.True(document[Math.Min(pair.First.End, pair.Second.Start)..pair.Second.Start].Trim().Length == 0, "a gap");
                }
            );
            if (query == Query)
            {
                Assert.All(cut.Windows, window => Assert.InRange(Tokens(query, document[window.Start..window.End]), 1, PairTokens));
            }
        }
    }

    [Fact]
    public void Windows_begin_and_end_between_words()
    {
        var document = Document(new Random(1), words: 300);

        var cut = Windows(Query, overlap: 16).Split(document);

        Assert.True(cut.Windows.Count > 5);
        Assert.All(
            cut.Windows,
            window =>
                Assert.All(
                    document[window.Start..window.End].Split(' ', StringSplitOptions.RemoveEmptyEntries),
                    word => Assert.Contains(word, Vocabulary)
                )
        );
    }

    [Fact]
    public void Neighbours_share_the_requested_number_of_tokens()
    {
        var document = string.Join(' ', Enumerable.Repeat("the", 300));

        var cut = Windows(Query, overlap: 10).Split(document);

        Assert.All(
            cut.Windows.Zip(cut.Windows.Skip(1)).SkipLast(1),
            pair => Assert.Equal(10, Words(document[pair.Second.Start..pair.First.End]))
        );
        Assert.All(cut.Windows, window => Assert.Equal(PairTokens, Tokens(Query, document[window.Start..window.End])));
    }

    [Fact]
    public void Text_behind_the_last_window_is_reported()
    {
        var document = Document(new Random(2), words: 300);

        var cut = Windows(Query, overlap: 16, new WindowOptions(MaxWindows: 2)).Split(document);

        Assert.Equal((2, true), (cut.Windows.Count, cut.Truncated));
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(150, 4)]
    public void A_limit_of_tokens_ends_the_document_there(int tokens, int windows)
    {
        var document = string.Join(' ', Enumerable.Repeat("the", 300));

        var cut = Windows(Query, overlap: 16, new WindowOptions(64, tokens)).Split(document);

        Assert.Equal((windows, true), (cut.Windows.Count, cut.Truncated));
        Assert.Equal(tokens, Words(document[..cut.Windows[^1].End]));
    }

    [Theory]
    [InlineData("\ud800 \udc00 lone")]
    [InlineData("漢字漢字漢字漢字漢字漢字漢字漢字")]
    [InlineData("👩‍👩‍👧‍👦👩‍👩‍👧‍👦")]
    [InlineData("ﷺ")]
    [InlineData("\0\u0301")]
    public void Any_text_is_split_into_windows_that_cover_it(string piece)
    {
        var document = string.Concat(Enumerable.Repeat(piece, 200));

        var cut = Windows(Query, overlap: 16).Split(document);

        Assert.All(cut.Windows, window => Assert.InRange(window.Start, 0, window.End));
        Assert.All(cut.Windows.Zip(cut.Windows.Skip(1)), pair => Assert.True(pair.Second.Start <= pair.First.End));
    }

    private static WindowSplitter Windows(string query, int overlap, WindowOptions? rules = null) =>
        new(Tokenizer, query, PairTokens, overlap, rules ?? new WindowOptions(MaxWindows: 1_000));

    private static string Document(Random random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => Vocabulary[random.Next(Vocabulary.Length)]));

    private static int Tokens(string query, string window) => Tokenizer.EncodePair(query, window, Plain).TotalTokens;

    private static int Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
