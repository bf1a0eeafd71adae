using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Onnx.Rewriting;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>
/// Turns a transformer of 32-bit floats into one of 8-bit numbers, with the operators that ONNX Runtime runs fastest on a CPU.
/// </summary>
public static class Int8Quantizer
{
    /// <summary>The first version of ONNX's operators that quantises along an axis.</summary>
    private const long OldestOpset = 13;

    /// <summary>Rewrites a model file.</summary>
    /// <param name="input">The model.onnx of floats; weights in files beside it are read from there.</param>
    /// <param name="output">Where the int8 model is written, as one file.</param>
    /// <param name="texts">Token ids of sample texts for calibration; without any, channels are not equalised.</param>
    /// <param name="reduceRange">Weights of 7 bits: for processors without VNNI, where pairs of 8-bit products overflow 16 bits.</param>
    /// <returns>A summary of the rewritten operators.</returns>
    /// <exception cref="InvalidDataException">The file is not an ONNX model of floats with products that can be quantised.</exception>
    public static RewriteSummary Quantize(string input, string output, IReadOnlyList<int[]> texts, bool reduceRange = false)
    {
        var model = OnnxReader.Read(input);
        var folder = Path.GetDirectoryName(Path.GetFullPath(input))!;
        GraphSimplifier.Simplify(model);
        var kept = OpsetConversion.Raise(model);
        if (model.Opsets.GetValueOrDefault("") < OldestOpset)
        {
            throw new InvalidDataException($"The graph cannot be quantised because {kept}.");
        }

        var norms = LayerNormFusion.Apply(model);
        var activations = GeluFusion.Apply(model);
        var attentions = AttentionFusion.Apply(model);
        GraphSimplifier.RemoveUnused(model);

        if (LinearLayers.Find(model).Count == 0)
        {
            throw new InvalidDataException(
                "The graph has no matrix product with stored 32-bit weights: it is already quantised, or uses another number format."
            );
        }

        var data = new TensorData(folder);
        var factors = texts.Count > 0 ? Factors(model, data, folder, $"{output}.calibration", texts) : [];
        var rewritten = Int8Rewriter.Apply(model, data, factors, reduceRange ? 64 : 127);
        if (rewritten.Products == 0)
        {
            throw new InvalidDataException("No matrix product in the graph has enough outputs to be quantised.");
        }

        Finish(model, data);
        OnnxWriter.Write(model, output);
        return new RewriteSummary(rewritten.Products, rewritten.Tables, attentions, norms, activations, factors.Count) { OpsetKept = kept };
    }

    /// <summary>The channel factors of the values that benefit from them.</summary>
    private static Dictionary<string, float[]> Factors(
        OnnxModel model,
        TensorData data,
        string folder,
        string scratch,
        IReadOnlyList<int[]> texts
    )
    {
        var products = LinearLayers.Find(model);
        var factors = new Dictionary<string, float[]>();
        foreach (var (value, sample) in CalibrationRun.Collect(model, folder, scratch, products, texts))
        {
            float[][] matrices = [.. products[value].Select(product => data.Matrix(product.Weight, product.Transposed).ToArray())];
            if (Equalization.Find(sample.Rows, matrices) is { } found)
            {
                factors[value] = found;
            }
        }

        return factors;
    }

    private static void Finish(OnnxModel model, TensorData data)
    {
        for (var i = 0; i < model.Initializers.Count; i++)
        {
            model.Initializers[i] = data.Inline(model.Initializers[i]);
        }

        model.Metadata["quantization"] = "int8 weights per output, int8 activations per row, int8 tables per row";
    }
}
