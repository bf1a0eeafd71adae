using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Onnx.Rewriting;
using EmbedPlatform.Inference.Tests.Models;
using EmbedPlatform.TestKit;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Onnx;

/// <summary>ONNX Runtime runs each graph as it was written and as it is converted.</summary>
public sealed class OpsetConversionTests : IDisposable
{
    private static readonly string[] OverAxes = ["Softmax", "LogSoftmax", "Hardmax"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, long> AxesOfSoftmax
    {
        get
        {
            var data = new TheoryData<string, long>();
            foreach (var (kind, opset) in OverAxes.SelectMany(kind => new[] { 9L, 11L, 12L, 13L }, (kind, opset) => (kind, opset)))
            {
                data.Add(kind, opset);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(AxesOfSoftmax))]
    public void A_softmax_means_the_same_for_every_rank_and_axis(string kind, long opset)
    {
        foreach (
            var shape in (long[][])
                [
                    [3, 4],
                    [2, 3, 4],
                    [2, 2, 3, 4],
                ]
        )
        {
            foreach (
                var axis in Enumerable
                    .Range(0, shape.Length)
                    .Select(axis => (long?)axis)
                    .Append(null)
                    .Concat(opset >= 11 ? [-1, -2] : Array.Empty<long?>())
            )
            {
                SameNumbers(
                    opset,
                    shape,
                    (graph, x) => [axis is { } given ? graph.Operation(kind, [x], ("axis", given)) : graph.Operation(kind, [x])]
                );
            }
        }
    }

    [Fact]
    public void A_softmax_over_an_input_of_unknown_rank_means_the_same()
    {
        var graph = new GraphBuilder("unknown", 11);
        var x = graph.Input("x", OnnxType.Float);
        var model = graph.Output("y0", graph.Operation("Softmax", [x]), OnnxType.Float).Build();

        AssertSame(model, [2, 3, 4]);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(12)]
    public void Axes_and_sizes_that_were_attributes_mean_the_same_as_inputs(long opset)
    {
        long[] shape = [2, 1, 4, 1];
        SameNumbers(
            opset,
            shape,
            (graph, x) =>
                [graph.Unsqueeze(x, 0, 3), graph.Operation("Squeeze", [x], ("axes", new[] { 1L })), graph.Operation("Squeeze", [x])]
        );
        SameNumbers(
            opset,
            shape,
            (graph, x) => [graph.ReduceSum(x, true, 2), graph.ReduceSum(x, false, 0, 2), graph.Operation("ReduceSum", [x])]
        );
        SameNumbers(opset, shape, (graph, x) => [graph.ReduceMean(x, true, 2), graph.ReduceMax(x, false, 0, 2)]);
        SameNumbers(opset, shape, (graph, x) => [.. graph.Split(x, 2, 1, 3), .. graph.Operation("Split", 2, [x], "", ("axis", 2L))]);
    }

    [Fact]
    public void Axes_from_the_end_mean_the_same()
    {
        SameNumbers(
            11,
            [2, 1, 4],
            (graph, x) => [graph.Unsqueeze(x, -1), graph.Operation("Squeeze", [x], ("axes", new[] { -2L })), graph.ReduceSum(x, true, -1)]
        );
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(10)]
    public void What_older_operators_had_as_attributes_means_the_same(long opset)
    {
        SameNumbers(
            opset,
            [4, 5],
            (graph, x) =>
                [
                    graph.Operation("Clip", [x], ("min", -0.5f), ("max", 0.5f)),
                    graph.Operation("Clip", [x], ("max", 0.25f)),
                    graph.Operation("Clip", [x]),
                    graph.Operation("Pad", [x], ("pads", new[] { 1L, 0, 0, 2 }), ("value", 3f)),
                    graph.Operation("Pad", [x], ("pads", new[] { 1L, 1, 0, 0 }), ("mode", "reflect")),
                ]
        );
        if (opset < 10)
        {
            SameNumbers(
                opset,
                [4, 5],
                (graph, x) =>
                    [
                        graph.Operation("Slice", [x], ("starts", new[] { 1L, 0 }), ("ends", new[] { 3L, 2 })),
                        graph.Operation("Slice", [x], ("starts", new[] { 1L }), ("ends", new[] { -1L }), ("axes", new[] { 1L })),
                        graph.Operation("TopK", 2, [x], "", ("k", 3L), ("axis", 1L))[0],
                    ]
            );
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    public void Images_are_enlarged_the_same(long opset)
    {
        foreach (var mode in (string[])["nearest", "linear"])
        {
            SameNumbers(
                opset,
                [1, 1, 3, 3],
                (graph, x) =>
                {
                    float[] scales = [1, 1, 2, 1.5f];
                    var stored = opset >= 9 ? graph.Weight("scales", scales, 4) : default;
                    return opset switch
                    {
                        < 9 => [graph.Operation("Upsample", [x], ("mode", mode), ("scales", scales))],
                        9 => [graph.Operation("Upsample", [x, stored], ("mode", mode))],
                        10 => [graph.Operation("Resize", [x, stored], ("mode", mode))],
                        _ => [graph.Operation("Resize", [x, graph.Weight("roi", Array.Empty<float>(), 0), stored], ("mode", mode))],
                    };
                }
            );
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(11)]
    [InlineData(13)]
    public void What_does_nothing_outside_of_training_gives_the_same(long opset)
    {
        SameNumbers(
            opset,
            [2, 3, 4],
            (graph, x) =>
                [
                    opset < 12 ? graph.Operation("Dropout", [x], ("ratio", 0.5f)) : graph.Operation("Dropout", [x]),
                    graph.Operation(
                        "BatchNormalization",
                        [x, .. Enumerable.Range(1, 4).Select(i => graph.Weight($"w{i}", [1f * i, 2f * i, 0.5f * i], 3))],
                        opset < 9 ? [("spatial", 1L)] : []
                    ),
                ]
        );
    }

    [Fact]
    public void An_operator_that_only_got_another_name_gets_it()
    {
        SameNumbers(
            9,
            [3, 3],
            (graph, x) =>
                [
                    graph.Operation(
                        "Scatter",
                        [x, graph.Operation("Cast", [graph.Operation("Greater", [x, x])], ("to", (long)OnnxType.Int64)), x],
                        ("axis", 0L)
                    ),
                ]
        );
    }

    [Fact]
    public void Onnx_s_own_domain_has_two_names()
    {
        var graph = new GraphBuilder("named", 17);
        var x = graph.Input("x", OnnxType.Float, "n", 3);
        var model = graph.Output("y0", graph.Operation("Softmax", 1, [x], "")[0], OnnxType.Float).Build();
        model.Opsets.Remove("");
        model.Opsets["ai.onnx"] = 11;
        model.Nodes[0] = model.Nodes[0] with { Domain = "ai.onnx" };

        AssertSame(model, [2, 3]);
        Assert.Equal([""], model.Opsets.Keys);
    }

    [Theory]
    [InlineData("Frobnicate", "Frobnicate")]
    [InlineData("ReduceMaxPlus", "ReduceMaxPlus")]
    public void A_graph_with_an_operator_that_is_not_known_stays_and_the_operator_is_named(string kind, string named)
    {
        var graph = new GraphBuilder("unknown", 11);
        var x = graph.Input("x", OnnxType.Float, 2, 3);
        AssertKept(graph.Output("y", graph.Operation(kind, [graph.Unsqueeze(x, 0)]), OnnxType.Float).Build(), named);
    }

    [Fact]
    public void A_graph_stays_where_a_setting_has_no_equal()
    {
        GraphBuilder Graph(long opset, out GraphValue x)
        {
            var graph = new GraphBuilder("kept", opset);
            x = graph.Input("x", OnnxType.Float, 1, 1, 2, 2);
            return graph;
        }

        var resize = Graph(11, out var image);
        AssertKept(
            resize
                .Output(
                    "y",
                    resize.Operation("Resize", [image, image, image], ("coordinate_transformation_mode", "tf_half_pixel_for_nn")),
                    OnnxType.Float
                )
                .Build(),
            "Resize"
        );
        var normalise = Graph(8, out image);
        AssertKept(
            normalise
                .Output(
                    "y",
                    normalise.Operation("BatchNormalization", [image, image, image, image, image], ("spatial", 0L)),
                    OnnxType.Float
                )
                .Build(),
            "BatchNormalization"
        );
        var dropout = Graph(10, out image);
        AssertKept(dropout.Output("y", dropout.Operation("Dropout", 2, [image], "")[1], OnnxType.Float).Build(), "Dropout");
        var old = Graph(6, out image);
        AssertKept(old.Output("y", old.Add(image, image), OnnxType.Float).Build(), "version 6");
    }

    [Fact]
    public void Control_flow_is_refused_by_name()
    {
        var graph = new GraphBuilder("flow", 11);
        var x = graph.Input("x", OnnxType.Float, 1);
        OnnxWriter.Write(graph.Output("y", graph.Operation("If", [x]), OnnxType.Float).Build(), _folder["flow.onnx"]);

        var refused = Assert.Throws<InvalidDataException>(() => GraphOptimizer.Optimize(_folder["flow.onnx"], _folder["optimized.onnx"]));

        Assert.Contains("(If)", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertKept(OnnxModel model, string named)
    {
        var (opset, nodes) = (model.Opsets[""], model.Nodes.ToArray());

        Assert.Contains(named, OpsetConversion.Raise(model), StringComparison.Ordinal);

        Assert.Equal(opset, model.Opsets[""]);
        Assert.Equal(nodes, model.Nodes);
    }

    private void SameNumbers(long opset, long[] shape, Func<GraphBuilder, GraphValue, GraphValue[]> operations)
    {
        var graph = new GraphBuilder("graph", opset);
        var results = operations(graph, graph.Input("x", OnnxType.Float, [.. shape.Select((_, i) => (OnnxDimension)$"axis{i}")]));
        for (var i = 0; i < results.Length; i++)
        {
            graph.Output($"y{i}", results[i], OnnxType.Float);
        }

        AssertSame(graph.Build(), shape);
    }

    private void AssertSame(OnnxModel model, long[] shape)
    {
        var random = new Random(3);
        float[] input =
        [
            .. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(_ => (2 * random.NextSingle()) - 1),
        ];
        var expected = Run(model, input, shape);

        Assert.Null(OpsetConversion.Raise(model));

        Assert.Equal(OpsetConversion.Target, model.Opsets[""]);
        Assert.All(
            expected.Zip(Run(model, input, shape)),
            pair =>
            {
                Assert.Equal(pair.First.Shape, pair.Second.Shape);
                Assert.All(pair.First.Values.Zip(pair.Second.Values), numbers => Assert.Equal(numbers.First, numbers.Second, 1e-6f));
            }
        );
    }

    private List<(long[] Shape, float[] Values)> Run(OnnxModel model, float[] input, long[] shape)
    {
        OnnxWriter.Write(model, _folder["graph.onnx"]);
        using var session = new InferenceSession(_folder["graph.onnx"]);
        using var options = new RunOptions();
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var results = session.Run(options, ["x"], [value], [.. model.Outputs.Select(output => output.Name)]);
        return [.. results.Select(result => (result.GetTensorTypeAndShape().Shape, result.GetTensorDataAsSpan<float>().ToArray()))];
    }
}
