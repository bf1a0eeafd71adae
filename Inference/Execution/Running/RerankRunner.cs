using EmbedPlatform.Inference.Execution.Scheduling;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>Batches of pairs to logits.</summary>
internal sealed class RerankRunner : IBatchRunner<float>, IDisposable
{
    private readonly EncoderSession _session;

    private readonly string[] _output;

    /// <inheritdoc cref="EncoderSession.Open"/>
    public RerankRunner(string modelPath, CatalogEntry entry, int padId)
    {
        _session = EncoderSession.Open(modelPath, entry, padId);
        _output = [_session.Graph.Primary];
    }

    public float[] Run(IReadOnlyList<EncodedText> batch) =>
        _session.RunEach(
            batch,
            pairs =>
                _session.Run(
                    pairs,
                    _output,
                    (values, _) => Logits(values[0].GetTensorDataAsSpan<float>(), values[0].GetTensorTypeAndShape().Shape, pairs.Count)
                )
        );

    public void Dispose() => _session.Dispose();

    /// <summary>[n] and [n, 1] as they are; of [n, 2] (no, yes) the difference, whose sigmoid is the softmax of "yes".</summary>
    internal static float[] Logits(ReadOnlySpan<float> output, long[] shape, int count)
    {
        var classes = shape.Length == 1 ? 1 : (int)shape[^1];
        if (shape.Length is < 1 or > 2 || shape[0] != count || classes is not (1 or 2))
        {
            throw new InvalidOperationException(
                $"The model's output is [{string.Join(", ", shape)}] for {count} pairs; one or two logits per pair are supported."
            );
        }

        var logits = new float[count];
        for (var row = 0; row < count; row++)
        {
            logits[row] = classes == 1 ? output[row] : output[(2 * row) + 1] - output[2 * row];
            if (!float.IsFinite(logits[row]))
            {
                throw new ModelOutputException(row, "contains NaN or infinity");
            }
        }

        return logits;
    }
}
