using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models.Synthetic;

/// <summary>
/// Writes models with the shape of a real model and random weights, to measure size, memory and speed when the real one is not available.
/// Their output is meaningless.
/// </summary>
public static class SyntheticModel
{
    /// <summary>Weights above this many bytes go to an external file, as in published exports.</summary>
    private const long LargestInline = 1_800_000_000;

    /// <summary>Writes a folder that can be imported: the graph, the tokenizer and a model.json.</summary>
    /// <param name="shape">The architecture.</param>
    /// <param name="tokenizer">A tokenizer.json of the family, of which a copy is taken.</param>
    /// <param name="folder">The folder to write to; created if it is missing.</param>
    /// <param name="cancellationToken">Stops; the folder then has no model.json and counts as incomplete.</param>
    public static async Task WriteAsync(TransformerShape shape, string tokenizer, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        File.Copy(tokenizer, Path.Combine(folder, "tokenizer.json"), overwrite: true);
        WriteGraph(shape, Path.Combine(folder, "model.onnx"));
        var external = OnnxReader.ReadSignature(Path.Combine(folder, "model.onnx")).ExternalFiles;
        var entry = new CatalogEntry
        {
            Id = $"synthetic/{shape.Name}",
            Task = shape.CrossEncoder ? ModelTask.Rerank : ModelTask.Embed,
            Family = shape.Family,
            Dimension = shape.CrossEncoder ? 1 : shape.Hidden,
            MaxTokens = shape.MaxTokens,
            Pooling =
                shape.CrossEncoder ? Pooling.None
                : shape == TransformerShape.MiniLm ? Pooling.Mean
                : Pooling.Cls,
            Normalize = !shape.CrossEncoder,
            Outputs = [shape.CrossEncoder ? "score" : "dense"],
            Licence = "none needed: random numbers",
        };
        var manifest = await ModelManifest.DescribeAsync(
            folder,
            entry.Id,
            "random",
            "fp32",
            ["model.onnx", "tokenizer.json", .. external],
            cancellationToken
        );
        ModelJson.WriteAtomically(Path.Combine(folder, ModelManifest.FileName), manifest with { Entry = entry });
    }

    /// <summary>Writes the graph, with its weights in a file beside it where they are larger than a file of protobuf may be.</summary>
    /// <param name="shape">The architecture.</param>
    /// <param name="path">The ONNX file; a second one has <c>_data</c> behind its name.</param>
    /// <param name="seed">The same seed gives the same bytes.</param>
    public static void WriteGraph(TransformerShape shape, string path, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (WeightBytes(shape) <= LargestInline)
        {
            OnnxWriter.Write(Build(shape, seed, (name, axes, data) => new OnnxTensor(name, OnnxType.Float, axes, data)), path);
            return;
        }

        using var external = new ExternalDataWriter($"{path}_data");
        OnnxWriter.Write(Build(shape, seed, (name, axes, data) => external.Store(new OnnxTensor(name, OnnxType.Float, axes, data))), path);
    }

    private static OnnxModel Build(TransformerShape shape, ulong seed, Func<string, long[], ReadOnlyMemory<byte>, OnnxTensor> store) =>
        SyntheticEncoder.Build(shape, new RandomWeights(seed, store));

    private static long WeightBytes(TransformerShape shape)
    {
        var rows = (long)shape.Vocabulary + shape.Positions + shape.Types;
        var layer = (4L * shape.Hidden) + (2L * shape.Intermediate);
        return 4L * shape.Hidden * (rows + (layer * shape.Layers));
    }
}
