using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx.Rewriting;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>Makes the int8 form of a model that is being installed, from the same sample texts each time.</summary>
internal static class Int8Form
{
    /// <param name="entry">What the model is.</param>
    /// <param name="model">The graph of floats.</param>
    /// <param name="tokenizer">Its tokenizer.json.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="QuantizationRefusedException">The result is too far from the original; it was deleted.</exception>
    /// <exception cref="InvalidDataException">The graph cannot be quantised.</exception>
    public static RewrittenGraph Make(
        CatalogEntry entry,
        string model,
        string tokenizer,
        string target,
        CancellationToken cancellationToken
    )
    {
        var comparison = new ModelComparison(entry, tokenizer, SampleTexts.BuiltIn());
        var graph = Int8Quantizer.Quantize(model, target, comparison.TokenIds);
        cancellationToken.ThrowIfCancellationRequested();
        var (mean, _, _, _) = comparison.Run(model, target, rounds: 1, cancellationToken);
        var lowest = new QuantizationOptions().MinCosine;
        if (!(mean >= lowest))
        {
            File.Delete(target);
            throw new QuantizationRefusedException(mean, lowest);
        }

        return graph;
    }
}
