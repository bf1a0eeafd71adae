using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Tests.Models;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

public sealed class LoadFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_graph_that_onnx_runtime_refuses_is_named_in_one_plain_line()
    {
        var path = Write((graph, ids) => graph.Operation("Frobnicate", [Vectors(graph, ids)]));

        var refused = Assert.Throws<ModelLoadException>(() => Open(path).Dispose());

        Assert.StartsWith($"ONNX Runtime cannot load {path}: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Frobnicate", refused.Message, StringComparison.Ordinal);
        Plain(refused.Message);
    }

    [Fact]
    public void A_run_that_fails_says_why_in_one_plain_line()
    {
        using var runner = Open(Write(Vectors));

        var failure = Assert.ThrowsAny<Exception>(() => runner.Run([new EncodedText([99], null, 1, false)]));

        var told = new InferenceFailedException(failure).Message;
        Assert.Contains("Gather", told, StringComparison.Ordinal);
        Plain(told);
    }

    public void Dispose() => _folder.Dispose();

    private static void Plain(string message)
    {
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("ErrorCode", message, StringComparison.Ordinal);
        Assert.DoesNotContain("status code", message, StringComparison.Ordinal);
    }

    private static GraphValue Vectors(GraphBuilder graph, GraphValue ids) => graph.Gather(graph.Weight("table", new float[20], 5, 4), ids);

    private static EmbeddingRunner Open(string path) => new(path, TinyModel.Entry("broken") with { Pooling = Pooling.Mean }, 0);

    private string Write(Func<GraphBuilder, GraphValue, GraphValue> vectors)
    {
        var graph = new GraphBuilder("broken");
        var ids = graph.Input("input_ids", OnnxType.Int64, "batch", "sequence");
        graph.Input("attention_mask", OnnxType.Int64, "batch", "sequence");
        OnnxWriter.Write(
            graph.Output("last_hidden_state", vectors(graph, ids), OnnxType.Float, "batch", "sequence", 4).Build(),
            _folder["model.onnx"]
        );
        return _folder["model.onnx"];
    }
}
