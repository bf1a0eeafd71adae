namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>The number of operators of each kind that a rewrite produced.</summary>
/// <param name="Products">Matrix products on 8-bit numbers.</param>
/// <param name="Tables">Tables of 8-bit numbers.</param>
/// <param name="Attentions">Attentions in one operator.</param>
/// <param name="Norms">Layer normalisations fused from single operations.</param>
/// <param name="Activations">GELUs fused from single operations.</param>
/// <param name="Equalized">Inputs of products whose channels are equalised before rounding.</param>
public sealed record RewriteSummary(int Products, int Tables, int Attentions, int Norms, int Activations, int Equalized)
{
    /// <summary>Why layer normalisations were not fused, if the graph's opset has no LayerNormalization; otherwise null.</summary>
    public string? OpsetKept { get; init; }
}
