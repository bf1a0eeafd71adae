using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.InferenceTestKit;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>Dense, sparse and ColBERT vectors of one pass, against the raw outputs of the same graph.</summary>
public sealed class OutputTests
{
    private const EmbeddingOutputs All = EmbeddingOutputs.Dense | EmbeddingOutputs.Sparse | EmbeddingOutputs.Colbert;
    private static readonly string[] Texts = ["w4 w5 w4 w9 w4", "w7", "w10 nonsense w11 w12 w13 w14 w15 w16 w7 w7", "w20 w21"];
    private static readonly int[][] Ids =
    [
        [0, 4, 5, 4, 9, 4, 2],
        [0, 7, 2],
        [0, 10, 3, 11, 12, 13, 14, 15, 16, 7, 7, 2],
        [0, 20, 21, 2],
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sparse_embedding_has_the_greatest_weight_of_each_token_and_no_special_ones()
    {
        using var small = new SmallEncoder();
        await using var model = Load(small);
        var results = await model.EmbedAsync(Texts, new EmbedOptions { Outputs = All }, Token);

        var (seen, special) = (0, 0);
        for (var i = 0; i < Texts.Length; i++)
        {
            var weights = Raw(small, Ids[i], "sparse_vecs");
            var expected = Ids[i]
                .Zip(weights)
                .Where(pair => pair.First > 3 && pair.Second > 0)
                .GroupBy(pair => pair.First, pair => pair.Second)
                .OrderBy(group => group.Key)
                .ToArray();
            Assert.Equal(expected.Select(group => group.Key), results[i].Sparse!.TokenIds);
            AssertClose([.. expected.Select(group => group.Max())], results[i].Sparse!.Weights);
            seen += expected.Length;
            special += Ids[i].Zip(weights).Count(pair => pair.First <= 3 && pair.Second > 0);
        }

        Assert.InRange(seen, 4, 100);
        Assert.InRange(special, 1, 100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Colbert_vectors_leave_the_start_token_out_and_have_length_1(bool startToken)
    {
        using var small = new SmallEncoder(colbert: startToken ? "colbert" : "colbert_vecs", startToken: startToken);
        await using var model = Load(small);
        var results = await model.EmbedAsync(Texts, new EmbedOptions { Outputs = EmbeddingOutputs.Colbert }, Token);

        for (var i = 0; i < Texts.Length; i++)
        {
            var raw = Raw(small, Ids[i], startToken ? "colbert" : "colbert_vecs")
                .Chunk(SmallEncoder.Width)
                .Skip(startToken ? 1 : 0)
                .ToArray();
            Assert.Equal(Ids[i].Length - 1, results[i].Colbert!.Count);
            for (var token = 0; token < raw.Length; token++)
            {
                AssertClose(Normalized(raw[token]), results[i].Colbert![token]);
            }

            Assert.Empty(results[i].Vector);
            Assert.Null(results[i].Sparse);
        }
    }

    [Fact]
    public async Task The_dense_vector_has_the_same_bits_whatever_else_is_asked_for()
    {
        using var small = new SmallEncoder();
        await using var model = Load(small);
        var dense = await model.EmbedAsync(Texts, new EmbedOptions(), Token);
        var all = await model.EmbedAsync(Texts, new EmbedOptions { Outputs = All }, Token);
        Assert.Equal(dense.Select(result => result.Vector), all.Select(result => result.Vector));
        Assert.All(dense, result => Assert.True(result is { Sparse: null, Colbert: null }));
    }

    [Fact]
    public void Texts_that_share_a_batch_get_what_each_asked_for()
    {
        using var small = new SmallEncoder();
        using var runner = new EmbeddingRunner(small.ModelPath, small.Entry, 1);
        EmbeddingOutputs[] asked =
        [
            EmbeddingOutputs.Dense,
            EmbeddingOutputs.Sparse,
            All,
            EmbeddingOutputs.Colbert | EmbeddingOutputs.Dense,
        ];
        var together = runner.Run([
            .. Ids.Zip(asked, (ids, outputs) => new EncodedText(ids, null, ids.Length, false) { Outputs = outputs }),
        ]);
        Assert.Equal(
            asked,
            together.Select(vectors =>
                (vectors.Dense is null ? 0 : EmbeddingOutputs.Dense)
                | (vectors.Sparse is null ? 0 : EmbeddingOutputs.Sparse)
                | (vectors.Colbert is null ? 0 : EmbeddingOutputs.Colbert)
            )
        );
        AssertClose(Normalized(Raw(small, Ids[3], "dense_vecs")), together[3].Dense!);
        AssertClose(Normalized(Raw(small, Ids[2], "colbert_vecs")[..SmallEncoder.Width]), together[2].Colbert![0]);
    }

    [Fact]
    public async Task An_output_that_the_model_lacks_is_refused_by_name()
    {
        using var small = new SmallEncoder(colbert: null);
        await using var model = Load(small, small.Entry with { Outputs = ["dense", "sparse"] });
        Assert.Equal(EmbeddingOutputs.Dense | EmbeddingOutputs.Sparse | EmbeddingOutputs.Tokens, model.Model.Outputs);

        var refused = await Assert.ThrowsAsync<MissingOutputException>(() =>
            model.EmbedAsync(Texts, new EmbedOptions { Outputs = All }, Token)
        );
        Assert.Equal("small has no colbert output; it has dense, sparse, tokens.", refused.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => model.EmbedAsync(Texts, new EmbedOptions { Outputs = 0 }, Token));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(5, true)]
    [InlineData(8, true)]
    [InlineData(5, false)]
    public async Task A_vector_is_cut_and_has_length_1_again_where_the_model_normalises(int dimensions, bool normalize)
    {
        using var small = new SmallEncoder();
        await using var model = Load(small, small.Entry with { Normalize = normalize });
        var whole = await model.EmbedAsync(Texts, new EmbedOptions(), Token);
        var cut = await model.EmbedAsync(Texts, new EmbedOptions { Dimensions = dimensions }, Token);

        for (var i = 0; i < Texts.Length; i++)
        {
            var expected = whole[i].Vector[..dimensions];
            AssertClose(normalize ? Normalized(expected) : expected, cut[i].Vector);
            Assert.Equal(dimensions, cut[i].Vector.Length);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public async Task A_dimension_that_the_model_has_not_is_refused(int dimensions)
    {
        using var small = new SmallEncoder();
        await using var model = Load(small);
        var refused = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            model.EmbedAsync(Texts, new EmbedOptions { Dimensions = dimensions }, Token)
        );
        Assert.Contains("between 1 and 8 dimensions", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xlm-roberta", 2)]
    [InlineData("bert", 0)]
    public async Task Positions_count_from_behind_the_padding_id_in_roberta_and_from_0_in_bert(string family, int first)
    {
        using var small = new SmallEncoder(positions: true);
        await using var model = Load(small, small.Entry with { Family = family });
        var results = await model.EmbedAsync(Texts, new EmbedOptions(), Token);
        for (var i = 0; i < Texts.Length; i++)
        {
            AssertClose(Normalized(Raw(small, Ids[i], "dense_vecs", first)), results[i].Vector);
        }
    }

    [Theory]
    [InlineData(Pooling.Cls, 0)]
    [InlineData(Pooling.Last, 1)]
    public async Task One_token_stands_for_the_text(Pooling pooling, int fromEnd)
    {
        using var small = new SmallEncoder();
        await using var model = Load(small, small.Entry with { Pooling = pooling });
        var results = await model.EmbedAsync(Texts, new EmbedOptions(), Token);
        for (var i = 0; i < Texts.Length; i++)
        {
            var hidden = Raw(small, Ids[i], "last_hidden_state").Chunk(SmallEncoder.Width).ToArray();
            AssertClose(Normalized(fromEnd == 0 ? hidden[0] : hidden[^fromEnd]), results[i].Vector);
        }
    }

    private static EmbeddingModel Load(SmallEncoder small, CatalogEntry? entry = null) =>
        EmbeddingModel.Load(small.Installed with { Entry = entry ?? small.Entry }, new InferenceOptions { Workers = 1 });

    /// <summary>One text alone, without padding, straight from the runtime.</summary>
    private static float[] Raw(SmallEncoder small, int[] ids, string output, int? firstPosition = null)
    {
        using var session = new InferenceSession(small.ModelPath);
        using var tokens = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(ids, id => (long)id), [1, ids.Length]);
        using var mask = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(ids, _ => 1L), [1, ids.Length]);
        using var positions = OrtValue.CreateTensorValueFromMemory(
            ids.Select((_, i) => (long)(i + (firstPosition ?? 0))).ToArray(),
            [1, ids.Length]
        );
        using var options = new RunOptions();
        string[] names = ["input_ids", "attention_mask", "position_ids"];
        OrtValue[] values = [tokens, mask, positions];
        var count = firstPosition is null ? 2 : 3;
        using var outputs = session.Run(options, names[..count], values[..count], [output]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] Normalized(float[] vector)
    {
        var norm = Math.Sqrt(vector.Sum(x => (double)x * x));
        return Array.ConvertAll(vector, x => (float)(x / norm));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
