using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.InferenceTestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>Texts that are ids already, vectors per token, vectors that are not normalised, and windows over long texts.</summary>
public sealed class TokenIdTests
{
    private static readonly string[] Texts = ["w4 w5 w4 w9 w4", "w7", "w10 nonsense w11"];
    private static readonly int[][] Ids =
    [
        [0, 4, 5, 4, 9, 4, 2],
        [0, 7, 2],
        [0, 10, 3, 11, 2],
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ids_get_the_very_vectors_of_their_text()
    {
        using var small = new SmallEncoder();
        await using var model = Load(small);

        var texts = await model.EmbedAsync(Texts, new EmbedOptions(), Token);
        var ids = await model.EmbedIdsAsync(Ids, new EmbedOptions(), Token);

        Assert.Equal(texts.Select(text => text.Vector), ids.Select(text => text.Vector));
        Assert.Equal([7, 3, 5], ids.Select(text => text.Tokens));
    }

    [Theory]
    [InlineData(Truncation.Right, new[] { 0, 4, 5, 2 })]
    [InlineData(Truncation.Left, new[] { 0, 9, 4, 2 })]
    public async Task Too_many_ids_are_cut_between_the_special_tokens(Truncation truncation, int[] kept)
    {
        using var small = new SmallEncoder();
        await using var model = Load(small);
        var options = new EmbedOptions { MaxTokens = 4, Truncation = truncation };

        var cut = Assert.Single(await model.EmbedIdsAsync([Ids[0]], options, Token));
        var text = Assert.Single(await model.EmbedAsync([Texts[0]], options, Token));
        var same = Assert.Single(await model.EmbedIdsAsync([kept], new EmbedOptions(), Token));

        Assert.True(cut.Truncated);
        Assert.Equal(same.Vector, cut.Vector);
        Assert.Equal(text.Vector, cut.Vector);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(24)]
    public async Task An_id_that_the_model_does_not_know_is_refused_with_its_place(int id)
    {
        using var small = new SmallEncoder();
        await using var model = Load(small);

        var refused = await Assert.ThrowsAsync<UnknownTokenException>(() =>
            model.EmbedIdsAsync(
                [
                    [0, 4, 2],
                    [0, id, 2],
                ],
                new EmbedOptions(),
                Token
            )
        );

        Assert.Equal((1, id, 24), (refused.Index, refused.Id, refused.VocabularySize));
    }

    [Fact]
    public async Task Every_token_has_its_vector_and_the_first_ones_direction_is_the_dense_one()
    {
        using var small = new SmallEncoder();
        await using var model = Load(small);
        var results = await model.EmbedAsync(
            Texts,
            new EmbedOptions { Outputs = EmbeddingOutputs.Dense | EmbeddingOutputs.Tokens, Normalize = false },
            Token
        );

        Assert.Equal([7, 3, 5], results.Select(result => result.TokenVectors!.Count));
        Assert.All(results, result => Assert.Equal(result.Vector, result.TokenVectors![0]));
    }

    [Fact]
    public async Task A_vector_that_is_not_normalised_has_the_same_direction_and_keeps_its_length_beside_one_that_is()
    {
        using var small = new SmallEncoder();
        await using var model = Load(small);
        var raw = (await model.EmbedAsync(Texts, new EmbedOptions { Normalize = false }, Token))[0].Vector;
        var unit = (await model.EmbedAsync(Texts, new EmbedOptions(), Token))[0].Vector;

        var norm = Math.Sqrt(raw.Sum(x => (double)x * x));
        Assert.NotEqual(1, norm, 0.01);
        Assert.All(raw.Zip(unit), pair => Assert.Equal(pair.First / norm, pair.Second, 1e-5));
    }

    [Fact]
    public async Task Windows_hold_every_token_once_and_say_where_they_lie()
    {
        using var small = new SmallEncoder();
        await using var model = Load(small);
        const string text = "w4 w5 w6  w7 w8";

        var windows = TextWindows.Of(model.Tokenizer, "", text, 4);

        Assert.Equal(
            [
                [0, 4, 5, 2],
                [0, 6, 7, 2],
                [0, 8, 2],
            ],
            windows.Select(window => window.Ids)
        );
        Assert.Equal(["w4 w5", "w6  w7", "w8"], windows.Select(window => text[window.Start..window.End]));
        Assert.Equal(
            [
                [0, 4, 5, 6, 2],
                [0, 6, 7, 8, 2],
            ],
            TextWindows.Of(model.Tokenizer, "", text, 5, overlap: 1).Select(window => window.Ids)
        );
    }

    [Fact]
    public async Task Every_window_has_the_prompt_and_counts_from_the_text_behind_it()
    {
        using var small = new SmallEncoder();
        await using var model = Load(small);

        var windows = TextWindows.Of(model.Tokenizer, "w9 ", "w4 w5 w6", 5);

        Assert.Equal(
            [
                [0, 9, 4, 5, 2],
                [0, 9, 6, 2],
            ],
            windows.Select(window => window.Ids)
        );
        Assert.Equal([(0, 5), (6, 8)], windows.Select(window => (window.Start, window.End)));
        Assert.Throws<ArgumentOutOfRangeException>(() => TextWindows.Of(model.Tokenizer, "w9 ", "w4 w5 w6", 3));
        Assert.Equal(
            (0, 8),
            Assert.Single(TextWindows.Of(model.Tokenizer, "w9 ", "w4 w5 w6", 6)) is var one ? (one.Start, one.End) : default
        );
    }

    private static EmbeddingModel Load(SmallEncoder small) => EmbeddingModel.Load(small.Installed, new InferenceOptions { Workers = 1 });
}
