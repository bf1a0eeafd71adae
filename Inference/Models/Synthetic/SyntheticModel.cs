using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models.Synthetic;

/// <summary>
/// Writes models of a real model's shape with random weights: they show sizes, memory and speed where the real one cannot be had. What they
/// answer means nothing.
/// </summary>
public static class SyntheticModel
{
    /// <summary>Above this many bytes of weights they go to a file of their own, as published exports do it.</summary>
    private const long LargestInline = 1_800_000_000;

    /// <summary>Writes <c>model.onnx</c>, and <c>model.onnx_data</c> beside it where the weights are larger than a file of protobuf may be.</summary>
    /// <param name="shape">The architecture.</param>
    /// <param name="folder">Where to write; created where it is missing.</param>
    /// <param name="seed">The same seed gives the same bytes.</param>
    public static void Write(TransformerShape shape, string folder, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Directory.CreateDirectory(folder);
        if (WeightBytes(shape) <= LargestInline)
        {
            OnnxWriter.Write(Build(shape, seed, (name, axes, data) => new OnnxTensor(name, OnnxType.Float, axes, data)), Path.Combine(folder, "model.onnx"));
            return;
        }

        using var external = new ExternalDataWriter(Path.Combine(folder, "model.onnx_data"));
        OnnxWriter.Write(Build(shape, seed, (name, axes, data) => external.Store(new OnnxTensor(name, OnnxType.Float, axes, data))), Path.Combine(folder, "model.onnx"));
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
