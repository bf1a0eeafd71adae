using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.InferenceTestKit;

/// <summary>Builds small models of a given shape.</summary>
public static class TinyModel
{
    public const string Tokenizer = """{"version":"1.0","model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"}}""";

    public static byte[] Onnx(string output = "last_hidden_state", int width = 4, string? external = null)
    {
        var graph = new GraphBuilder("tiny");
        var ids = graph.Input("input_ids", OnnxType.Int64, "batch", "sequence");
        var table = external is null
            ? graph.Weight("table", new float[8 * width], 8, width)
            : graph.Weight(
                new OnnxTensor("table", OnnxType.Float, [8, width], default) { External = new ExternalData(external, 0, 8 * width * 4) }
            );
        using var stream = new MemoryStream();
        OnnxWriter.Write(graph.Output(output, graph.Gather(table, ids), OnnxType.Float, "batch", "sequence", width).Build(), stream);
        return stream.ToArray();
    }

    public static CatalogEntry Entry(string id, ModelTask task = ModelTask.Embed, params ModelSource[] sources) =>
        new()
        {
            Id = id,
            Task = task,
            Family = "tiny",
            Dimension = 4,
            MaxTokens = 8,
            Sources = sources,
        };

    public static HuggingFaceSource Hub(string repository, string revision = "main") =>
        new(repository, revision, [new("onnx/model.onnx", "model.onnx"), new("tokenizer.json", "tokenizer.json")]);

    public static ModelCatalog Catalog(params CatalogEntry[] entries) =>
        new(
            entries,
            new Dictionary<ModelTask, IReadOnlyList<string>>
            {
                [ModelTask.Embed] = [.. entries.Where(entry => entry.Task == ModelTask.Embed).Select(entry => entry.Id)],
                [ModelTask.Rerank] = [.. entries.Where(entry => entry.Task == ModelTask.Rerank).Select(entry => entry.Id)],
            }
        );
}
