using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Models;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

public sealed class PoolingTests
{
    private static readonly EncodedText[] Batch = [SchedulerFixture.Text(1, 2), SchedulerFixture.Text(2, 3)];

    private static readonly float[] Tokens =
    [
        1,
        2,
        3,
        6,
        99,
        99, /* second text */
        1,
        0,
        2,
        0,
        6,
        8,
    ];

    [Fact]
    public void The_mean_leaves_padding_out()
    {
        Assert.Equal(
            [
                [2f, 4f],
                [3f, 8f / 3],
            ],
            TokenPooling.Pool(Tokens, [2, 3, 2], Batch, Pooling.Mean, normalize: false)
        );
    }

    [Fact]
    public void Cls_is_the_first_token()
    {
        Assert.Equal(
            [
                [1f, 2f],
                [1f, 0f],
            ],
            TokenPooling.Pool(Tokens, [2, 3, 2], Batch, Pooling.Cls, normalize: false)
        );
    }

    [Fact]
    public void Last_is_the_last_token_that_is_no_padding()
    {
        Assert.Equal(
            [
                [3f, 6f],
                [6f, 8f],
            ],
            TokenPooling.Pool(Tokens, [2, 3, 2], Batch, Pooling.Last, normalize: false)
        );
    }

    [Fact]
    public void An_unknown_pooling_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenPooling.Pool(Tokens, [2, 3, 2], Batch, (Pooling)99, normalize: false));

    [Theory]
    [InlineData(new long[] { 2, 3 })]
    [InlineData(new long[] { 2, 3, 1 })]
    public void Token_weights_come_with_and_without_an_axis_of_one(long[] shape)
    {
        EncodedText[] texts = [new([7, 9], null, 2, false), new([9, 8, 9], null, 3, false)];
        var sparse = TokenWeights.Read([1f, 2f, 99f, 0.5f, -1f, 0.25f], shape, texts, 1, 3, id => id == 7);
        Assert.Equal([9], sparse.TokenIds);
        Assert.Equal([0.5f], sparse.Weights);
        Assert.Equal([9], TokenWeights.Read([1f, 2f, 99f, 0.5f, -1f, 0.25f], shape, texts, 0, 3, id => id == 7).TokenIds);
    }

    [Fact]
    public void Weights_and_vectors_that_are_no_numbers_or_of_another_shape_are_errors()
    {
        EncodedText[] texts = [new([7, 9], null, 2, false)];
        Assert.Throws<ModelOutputException>(() => TokenWeights.Read([1f, float.NaN], [1, 2], texts, 0, 2, _ => false));
        Assert.Throws<ModelOutputException>(() => TokenVectors.Read([1f, 1f, float.NaN, 1f], [1, 2, 2], texts, 0, 2));
        Assert.Throws<InvalidOperationException>(() => TokenWeights.Read([1f, 2f, 3f, 4f], [1, 2, 2], texts, 0, 2, _ => false));
        Assert.Throws<InvalidOperationException>(() => TokenVectors.Read([1f, 2f, 3f, 4f], [1, 4], texts, 0, 2));
    }

    [Fact]
    public void A_cut_vector_without_a_direction_is_an_error()
    {
        Assert.Equal([0f], TokenPooling.Cut([0f, 1f], 1, normalize: false, 0));
        Assert.Throws<ModelOutputException>(() => TokenPooling.Cut([0f, 1f], 1, normalize: true, 0));
    }

    [Fact]
    public void A_pooled_output_is_normalised_to_length_1()
    {
        Assert.Equal(
            [
                [0.6f, 0.8f],
                [0f, -1f],
            ],
            TokenPooling.Pool([3, 4, 0, -7], [2, 2], Batch, Pooling.None, normalize: true)
        );
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_number_that_is_none_is_an_error_and_never_a_vector(float bad)
    {
        var error = Assert.Throws<ModelOutputException>(() =>
            TokenPooling.Pool([3, 4, 1, bad], [2, 2], Batch, Pooling.None, normalize: true)
        );
        Assert.Contains("Row 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_zero_vector_cannot_be_normalised()
    {
        Assert.Throws<ModelOutputException>(() => TokenPooling.Pool([0, 0, 1, 1], [2, 2], Batch, Pooling.None, normalize: true));
    }

    [Fact]
    public void Two_logits_become_their_difference()
    {
        Assert.Equal([2f, -3f], RerankRunner.Logits([1, 3, 2, -1], [2, 2], 2));
        Assert.Equal([1f, 3f], RerankRunner.Logits([1, 3], [2, 1], 2));
        Assert.Throws<ModelOutputException>(() => RerankRunner.Logits([1, float.NaN], [2, 1], 2));
        Assert.Throws<InvalidOperationException>(() => RerankRunner.Logits([1, 2, 3], [1, 3], 1));
    }
}
