using EmbedPlatform.Cli.Tests.CommandLine;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Cli.Tests.Models;

public sealed class QuantizeCommandTests
{
    [Theory]
    [InlineData("quantize")]
    [InlineData("optimize")]
    public async Task A_graph_that_onnx_runtime_refuses_is_named_in_one_line(string verb)
    {
        using var root = new TinyRoot();
        WriteGraph(root, (graph, ids) => graph.Operation("Frobnicate", [Table(graph, ids)]));

        var run = await root.RunAsync(verb, root.Source, Path.Combine(root.Outside, "out"));

        Assert.Equal(1, run.ExitCode);
        var line = Assert.Single(run.ErrorLines);
        Assert.StartsWith($"embedctl: ONNX Runtime cannot load {Path.Combine(root.Source, "model.onnx")}: ", line);
        Assert.Contains("Frobnicate", line);
    }

    [Fact]
    public async Task A_graph_without_products_is_refused_in_one_line()
    {
        using var root = new TinyRoot();
        WriteGraph(root, Table);

        var run = await root.RunAsync("quantize", root.Source, Path.Combine(root.Outside, "out"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no matrix product", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task A_tokenizer_of_an_unknown_kind_is_refused_in_one_line()
    {
        using var root = new TinyRoot();

        var run = await root.RunAsync("quantize", root.Source, Path.Combine(root.Outside, "out"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("tokenizer.json", Assert.Single(run.ErrorLines));
    }

    private static GraphValue Table(GraphBuilder graph, GraphValue ids) => graph.Gather(graph.Weight("table", new float[32], 8, 4), ids);

    private static void WriteGraph(TinyRoot root, Func<GraphBuilder, GraphValue, GraphValue> vectors)
    {
        File.WriteAllText(
            Path.Combine(root.Source, "tokenizer.json"),
            """
            {"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"type":"WordPiece","unk_token":"[UNK]",
            "continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"[UNK]":0,"a":1}}}
            """
        );
        var graph = new GraphBuilder("broken");
        var ids = graph.Input("input_ids", OnnxType.Int64, "batch", "sequence");
        graph.Input("attention_mask", OnnxType.Int64, "batch", "sequence");
        OnnxWriter.Write(
            graph.Output("last_hidden_state", vectors(graph, ids), OnnxType.Float, "batch", "sequence", 4).Build(),
            Path.Combine(root.Source, "model.onnx")
        );
    }
}
