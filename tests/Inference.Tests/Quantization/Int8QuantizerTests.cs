using System.Numerics.Tensors;
using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Onnx.Rewriting;
using EmbedPlatform.Inference.Quantization;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Quantization;

public sealed class Int8QuantizerTests
{
    [Theory]
    [InlineData(false, 14)]
    [InlineData(true, 14)]
    [InlineData(false, 11)]
    [InlineData(true, 12)]
    [InlineData(false, 13)]
    [InlineData(false, 17)]
    public void Every_part_of_an_exported_bert_is_found_whichever_attention_and_opset_it_was_exported_with(
        bool scaledDotProduct,
        long opset
    )
    {
        using var model = SmallTransformer.Bert(scaledDotProduct, opset);

        var found = Int8Quantizer.Quantize(model.Floats, model.Int8, []);

        Assert.Equal(new RewriteSummary(Products: 12, Tables: 1, Attentions: 2, Norms: 5, Activations: 2, Equalized: 0), found);
        var operators = OnnxReader.Read(model.Int8).Nodes.Select(node => node.Operator).ToHashSet();
        Assert.DoesNotContain("MatMul", operators);
        Assert.DoesNotContain("Softmax", operators);
        Assert.DoesNotContain("Erf", operators);
        Assert.True(new FileInfo(model.Int8).Length < new FileInfo(model.Floats).Length / 3.5);
    }

    [Theory]
    [InlineData(false, 14)]
    [InlineData(true, 14)]
    [InlineData(false, 11)]
    public void Tokens_keep_their_direction_alone_and_in_a_padded_batch(bool scaledDotProduct, long opset)
    {
        using var model = SmallTransformer.Bert(scaledDotProduct, opset);
        Int8Quantizer.Quantize(model.Floats, model.Int8, [model.Text(20)]);
        using var floats = new Session(model.Floats);
        using var int8 = new Session(model.Int8);
        int[][] texts = [model.Text(9), model.Text(70), model.Text(1), model.Text(33)];

        var expected = floats.Run(texts);

        AssertClose(expected, int8.Run(texts));
        AssertClose(expected, [.. texts.Select(text => int8.Run(text)[0])]);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(11)]
    public void A_cross_encoders_logits_stay_near_those_of_the_floats(long opset)
    {
        using var model = SmallTransformer.RobertaCrossEncoder(opset);
        Int8Quantizer.Quantize(model.Floats, model.Int8, [model.Text(20)]);
        using var floats = new Session(model.Floats);
        using var int8 = new Session(model.Int8);
        int[][] pairs = [.. Enumerable.Range(5, 40).Select(model.Text)];

        var expected = floats.Run(pairs).Select(logits => logits[0]).ToArray();
        var actual = int8.Run(pairs).Select(logits => logits[0]).ToArray();

        var spread = expected.Max() - expected.Min();
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -0.1f * spread, 0.1f * spread));
    }

    [Fact]
    public void A_text_has_the_same_bits_in_any_batch_of_its_length()
    {
        foreach (var model in (SmallTransformer[])[SmallTransformer.Bert(), SmallTransformer.RobertaCrossEncoder()])
        {
            using (model)
            {
                Int8Quantizer.Quantize(model.Floats, model.Int8, [model.Text(20)]);
                using var int8 = new Session(model.Int8);
                foreach (var length in (int[])[1, 2, 5, 16, 31, 64])
                {
                    int[][] texts = [.. Enumerable.Range(0, 9).Select(_ => model.Text(length))];
                    var alone = texts.Select(text => int8.Run(text)[0]).ToArray();

                    Assert.Equal(alone, int8.Run(texts));
                    Assert.Equal(alone.Reverse(), int8.Run([.. texts.Reverse()]));
                    Assert.Equal(alone[3..5], int8.Run(texts[3..5]));
                }
            }
        }
    }

    [Fact]
    public void A_quantised_model_is_not_quantised_again()
    {
        using var model = SmallTransformer.Bert();
        Int8Quantizer.Quantize(model.Floats, model.Int8, []);

        var problem = Assert.Throws<InvalidDataException>(() => Int8Quantizer.Quantize(model.Int8, model.Int8 + ".again", []));

        Assert.Contains("already quantised", problem.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(model.Int8 + ".again"));
    }

    [Fact]
    public void Weights_in_a_file_beside_the_model_give_the_same_bytes()
    {
        using var model = SmallTransformer.Bert();
        var texts = new[] { model.Text(20) };
        Int8Quantizer.Quantize(model.Floats, model.Int8, texts);
        var apart = Path.Combine(Directory.CreateDirectory(Path.Combine(model.Folder, "apart")).FullName, "model.onnx");
        var graph = OnnxReader.Read(model.Floats);
        using (var external = new ExternalDataWriter($"{apart}_data"))
        {
            for (var i = 0; i < graph.Initializers.Count; i++)
            {
                graph.Initializers[i] = external.Store(graph.Initializers[i]);
            }
        }

        OnnxWriter.Write(graph, apart);
        Int8Quantizer.Quantize(apart, $"{apart}.int8", texts);

        Assert.Equal(File.ReadAllBytes(model.Int8), File.ReadAllBytes($"{apart}.int8"));
    }

    [Fact]
    public void Seven_bit_weights_stay_within_seven_bits()
    {
        using var model = SmallTransformer.Bert();

        Int8Quantizer.Quantize(model.Floats, model.Int8, [], reduceRange: true);

        var weights = OnnxReader
            .Read(model.Int8)
            .Initializers.Where(tensor => tensor.Type == OnnxType.Int8 && tensor.Name.Contains("encoder.layer", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(12, weights.Count);
        Assert.All(weights, tensor => Assert.All(tensor.Data.ToArray(), value => Assert.InRange((sbyte)value, -64, 64)));
    }

    [Fact]
    public void A_graph_of_a_newer_operator_set_is_written_as_that_set_has_it()
    {
        using var model = SmallTransformer.Bert();
        var graph = OnnxReader.Read(model.Floats);
        GraphSimplifier.Simplify(graph);
        LayerNormFusion.Apply(graph);
        graph.Opsets[""] = 18;
        OnnxWriter.Write(graph, model.Floats + ".18");
        Int8Quantizer.Quantize(model.Floats + ".18", model.Int8, []);
        using var floats = new Session(model.Floats);
        using var int8 = new Session(model.Int8);
        var text = model.Text(30);

        AssertClose(floats.Run(text), int8.Run(text));
    }

    private static void AssertClose(float[][] expected, float[][] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.True(TensorPrimitives.CosineSimilarity<float>(pair.First, pair.Second) > 0.999f));
}
