using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Onnx.Rewriting;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>The linear layers of a graph by their input: query, key and value projections share one.</summary>
internal static class LinearLayers
{
    public static Dictionary<string, List<LinearLayer>> Find(OnnxModel model)
    {
        var view = new GraphView(model);
        var found = new Dictionary<string, List<LinearLayer>>();
        foreach (var node in model.Nodes)
        {
            if (LinearLayer.TryRead(node, view) is { } product)
            {
                (found.TryGetValue(node.Inputs[0], out var list) ? list : found[node.Inputs[0]] = []).Add(product);
            }
        }

        return found;
    }
}

/// <summary>x·W or x·W + b with a stored matrix W.</summary>
/// <param name="Weight">The matrix as it is stored.</param>
/// <param name="Transposed">Whether it is stored as [outputs, inputs].</param>
/// <param name="Bias">The bias added by the same operation; null if there is none.</param>
internal sealed record LinearLayer(OnnxTensor Weight, bool Transposed, string? Bias)
{
    /// <summary>The number of inputs.</summary>
    public int Inner => (int)Weight.Shape[Transposed ? 1 : 0];

    /// <summary>The number of outputs.</summary>
    public int Columns => (int)Weight.Shape[Transposed ? 0 : 1];

    /// <summary>The linear layer that a node computes; null if it is not one.</summary>
    public static LinearLayer? TryRead(OnnxNode node, GraphView view)
    {
        var isGemm = node.Operator == "Gemm";
        return
            (isGemm || node.Operator == "MatMul")
            && view.Constant(node.Inputs[0]) is null
            && view.Constant(node.Inputs[1]) is { Type: OnnxType.Float, Shape.Count: 2 } weight
            && (!isGemm || IsPlain(node))
            ? new LinearLayer(
                weight,
                isGemm && node.Attributes.GetValueOrDefault("transB") is 1L,
                isGemm && node.Inputs.Count > 2 ? node.Inputs[2] : null
            )
            : null;
    }

    private static bool IsPlain(OnnxNode gemm) =>
        gemm.Attributes.GetValueOrDefault("transA") is null or 0L
        && gemm.Attributes.GetValueOrDefault("alpha") is null or 1f
        && gemm.Attributes.GetValueOrDefault("beta") is null or 1f;
}
