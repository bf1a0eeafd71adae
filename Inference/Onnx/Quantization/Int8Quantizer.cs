using EmbedPlatform.Inference.Onnx.Rewriting;

namespace EmbedPlatform.Inference.Onnx.Quantization;

/// <summary>Turns a transformer of 32-bit floats into one of 8-bit numbers, with the operators that ONNX Runtime runs fastest on a CPU.</summary>
public static class Int8Quantizer
{
    /// <summary>Rewrites a model file.</summary>
    /// <param name="input">The model.onnx of floats; weights in files beside it are read from there.</param>
    /// <param name="output">Where the int8 model is written, as one file.</param>
    /// <param name="reduceRange">Weights of 7 bits: for processors without VNNI, where pairs of 8-bit products overflow 16 bits.</param>
    /// <returns>What was found in the graph.</returns>
    /// <exception cref="InvalidDataException">The file is not an ONNX model of floats with products that can be quantised.</exception>
    public static QuantizedGraph Quantize(string input, string output, bool reduceRange = false)
    {
        var model = OnnxReader.Read(input);
        var found = Rewrite(model, new TensorData(Path.GetDirectoryName(Path.GetFullPath(input))!), reduceRange);
        OnnxWriter.Write(model, output);
        return found;
    }

    private static QuantizedGraph Rewrite(OnnxModel model, TensorData data, bool reduceRange)
    {
        GraphCleaning.Simplify(model);
        var norms = LayerNormFusion.Apply(model);
        var activations = GeluFusion.Apply(model);
        var attentions = AttentionFusion.Apply(model);
        GraphCleaning.RemoveUnused(model);
        var rewritten = Int8Rewriter.Apply(model, data, reduceRange ? 64 : 127);
        if (rewritten.Products == 0)
        {
            throw new InvalidDataException("The graph has no product with stored 32-bit weights: it is quantised already, or in another form.");
        }

        for (var i = 0; i < model.Initializers.Count; i++)
        {
            model.Initializers[i] = data.Inline(model.Initializers[i]);
        }

        model.Metadata["quantization"] = "int8 weights per output, int8 activations per row, int8 tables per row";
        return new QuantizedGraph(rewritten.Products, rewritten.Tables, attentions, norms, activations);
    }
}

/// <summary>What a quantiser found in a graph.</summary>
/// <param name="Products">Matrix products on 8-bit numbers.</param>
/// <param name="Tables">Tables of 8-bit numbers.</param>
/// <param name="Attentions">Attentions in one operator.</param>
/// <param name="Norms">Layer normalisations that were put together from parts.</param>
/// <param name="Activations">GELUs that were put together from parts.</param>
public sealed record QuantizedGraph(int Products, int Tables, int Attentions, int Norms, int Activations);
