using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx.Rewriting;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>How a rewritten model compares with the one it comes from.</summary>
/// <param name="Id">The id under which it can be imported.</param>
/// <param name="Graph">The rewritten operators.</param>
/// <param name="SourceBytes">The size of the weights before.</param>
/// <param name="Bytes">The size of the weights after.</param>
/// <param name="Samples">The number of texts (pairs for a reranker) on which the two were compared.</param>
/// <param name="MeanCosine">The mean cosine of a text's two vectors; for a reranker the cosine of the two lists of scores.</param>
/// <param name="LowestCosine">The lowest cosine of a text's two vectors; for a reranker the correlation of the scores.</param>
/// <param name="SourceTokensPerSecond">Tokens a second of one thread before.</param>
/// <param name="TokensPerSecond">Tokens a second of one thread after.</param>
/// <param name="Importable">
/// Whether the files contain all that is needed to serve the model, so that the new folder can be imported as it is.
/// </param>
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
    /// <summary>The result is discarded if its mean cosine to the original is below this.</summary>
    public double MinCosine { get; init; } = 0.99;

    /// <summary>Weights of 7 bits, for processors without VNNI, where pairs of 8-bit products overflow 16 bits.</summary>
    public bool ReduceRange { get; init; }

    /// <summary>The texts on which the two models are compared; null for built-in ones in several languages.</summary>
    public IReadOnlyList<string>? Texts { get; init; }
}

/// <summary>The new model is too far from the original.</summary>
/// <param name="cosine">The measured mean cosine.</param>
/// <param name="wanted">The required mean cosine.</param>
public sealed class QuantizationRefusedException(double cosine, double wanted)
    : ModelException($"The new model was not written: its mean cosine to the original is {cosine:F6}, below {wanted:F6}.");
