using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx.Rewriting;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>How a rewritten model compares with the one it comes from.</summary>
/// <param name="Id">The id under which it can be imported.</param>
/// <param name="Graph">What was rewritten.</param>
/// <param name="SourceBytes">The size of the weights before.</param>
/// <param name="Bytes">The size of the weights after.</param>
/// <param name="Samples">On how many texts (pairs for a reranker) the two were compared.</param>
/// <param name="MeanCosine">The mean cosine of a text's two vectors; for a reranker the cosine of the two lists of scores.</param>
/// <param name="LowestCosine">The lowest cosine of a text's two vectors; for a reranker the correlation of the scores.</param>
/// <param name="SourceTokensPerSecond">Tokens a second of one thread before.</param>
/// <param name="TokensPerSecond">Tokens a second of one thread after.</param>
/// <param name="Importable">Whether the files said all that is needed to use the model, so that the new folder can be imported as it is.</param>
public sealed record QuantizationReport(
    string Id,
    RewriteSummary Graph,
    long SourceBytes,
    long Bytes,
    int Samples,
    double MeanCosine,
    double LowestCosine,
    double SourceTokensPerSecond,
    double TokensPerSecond,
    bool Importable
);

/// <summary>How a model is rewritten.</summary>
public sealed record QuantizationOptions
{
    /// <summary>Below this mean cosine to the model it comes from, the result is thrown away.</summary>
    public double MinCosine { get; init; } = 0.99;

    /// <summary>Weights of 7 bits, for processors without VNNI, where pairs of 8-bit products overflow 16 bits.</summary>
    public bool ReduceRange { get; init; }

    /// <summary>The texts on which the two models are compared; null: built-in ones in several languages.</summary>
    public IReadOnlyList<string>? Texts { get; init; }
}

/// <summary>The new model is too far from the one it comes from.</summary>
/// <param name="cosine">What was measured.</param>
/// <param name="wanted">The requested value.</param>
public sealed class QuantizationRefusedException(double cosine, double wanted)
    : ModelException($"The new model was not written: its mean cosine to the original is {cosine:F6}, below {wanted:F6}.");
