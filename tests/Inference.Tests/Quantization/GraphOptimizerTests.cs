using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Onnx.Rewriting;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Quantization;

public sealed class GraphOptimizerTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(14)]
    public void An_optimized_graph_gives_the_same_numbers_up_to_rounding(long opset)
    {
        using var model = SmallTransformer.Bert(opset: opset);
        var optimized = Path.Combine(model.Folder, "optimized.onnx");

        var found = GraphOptimizer.Optimize(model.Floats, optimized);

        Assert.Equal((5, 2), (found.Norms, found.Activations));
        using var before = new Session(model.Floats);
        using var after = new Session(optimized);
        int[][] texts = [model.Text(9), model.Text(40)];
        Assert.All(
            before.Run(texts).Zip(after.Run(texts)),
            pair => Assert.All(pair.First.Zip(pair.Second), numbers => Assert.Equal(numbers.First, numbers.Second, 1e-4f))
        );
    }

    [Fact]
    public void A_graph_with_nothing_to_gain_is_refused()
    {
        using var model = SmallTransformer.Bert();
        var graph = new GraphBuilder("sum");
        var x = graph.Input("x", OnnxType.Float, 2);
        var path = Path.Combine(model.Folder, "sum.onnx");
        OnnxWriter.Write(graph.Output("y", graph.Add(x, x), OnnxType.Float, 2).Build(), path);

        Assert.Throws<InvalidDataException>(() => GraphOptimizer.Optimize(path, path + ".optimized"));
    }
}
