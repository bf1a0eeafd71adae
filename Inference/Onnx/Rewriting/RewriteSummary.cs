namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>What was found in a graph that was rewritten.</summary>
/// <param name="Products">Matrix products on 8-bit numbers.</param>
/// <param name="Tables">Tables of 8-bit numbers.</param>
/// <param name="Attentions">Attentions in one operator.</param>
/// <param name="Norms">Layer normalisations that were put together from parts.</param>
/// <param name="Activations">GELUs that were put together from parts.</param>
/// <param name="Equalized">Inputs of products whose channels are brought to similar sizes before they are rounded.</param>
public sealed record RewriteSummary(int Products, int Tables, int Attentions, int Norms, int Activations, int Equalized)
{
    /// <summary>Why layer normalisations stay in parts, where the graph's version of ONNX's operators has none; else null.</summary>
    public string? OpsetKept { get; init; }
}
