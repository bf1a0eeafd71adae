using System.Diagnostics;
using System.Numerics.Tensors;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>
/// Runs a model and its rewritten form over the same texts, in turns, on one thread, and decides whether the rewritten form is close
/// enough.
/// </summary>
internal sealed class ModelComparison
{
    /// <summary>Batches mix lengths, so that padding is compared too.</summary>
    private const int BatchTexts = 4;

    private readonly CatalogEntry _entry;
    private readonly TokenizerEncoder _encoder;
    private readonly EncodedText[][] _batches;

    public ModelComparison(CatalogEntry entry, string tokenizerPath, IReadOnlyList<string> texts)
    {
        (_entry, _encoder) = (entry, new TokenizerEncoder(Tokenizer.Load(tokenizerPath)));
        _batches =
        [
            .. texts.Select((text, i) => Encode(text, texts[((i * 7) + 3) % texts.Count])).Where(text => text.Length > 0).Chunk(BatchTexts),
        ];
        Samples = _batches.Sum(batch => batch.Length);
    }

    private int Samples { get; }

    /// <summary>The texts as token ids.</summary>
    public IReadOnlyList<int[]> TokenIds => [.. _batches.SelectMany(batch => batch).Select(text => text.Ids)];

    /// <summary>Checks that ONNX Runtime can load a model and that it fits its entry.</summary>
    /// <exception cref="ModelLoadException">ONNX Runtime cannot load it.</exception>
    /// <exception cref="InvalidDataException">It does not fit.</exception>
    public void Try(string model) => Open(model).Dispose();

    /// <param name="source">The original model.</param>
    /// <param name="rewritten">Its rewritten form.</param>
    /// <param name="minCosine">The lowest mean cosine that is accepted.</param>
    /// <param name="rounds">How many times each model runs over all texts; the fastest round gives the rate.</param>
    /// <param name="cancellationToken">Stops between rounds.</param>
    /// <exception cref="QuantizationRefusedException">
    /// The mean cosine is below <paramref name="minCosine"/>, or is not a number.
    /// </exception>
    public ComparisonResult Run(string source, string rewritten, double minCosine, int rounds, CancellationToken cancellationToken)
    {
        using var before = Open(source);
        using var after = Open(rewritten);
        var (slow, fast) = (double.MaxValue, double.MaxValue);
        List<float[]> expected = [],
            actual = [];
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            expected = Timed(before, ref slow);
            actual = Timed(after, ref fast);
        }

        var (mean, lowest) = Cosines(expected, actual);

        // Negated so that NaN is refused too.
        if (!(mean >= minCosine))
        {
            throw new QuantizationRefusedException(mean, minCosine);
        }

        var tokens = _batches.Sum(batch => batch.Sum(text => (long)text.Length));
        return new ComparisonResult(Samples, mean, lowest, tokens / slow, tokens / fast);
    }

    private (double Mean, double Lowest) Cosines(List<float[]> expected, List<float[]> actual)
    {
        if (_entry.Task == ModelTask.Rerank)
        {
            float[] before = [.. expected.Select(score => score[0])],
                after = [.. actual.Select(score => score[0])];
            return (TensorPrimitives.CosineSimilarity<float>(before, after), Correlation(before, after));
        }

        var cosines = expected.Zip(actual, (a, b) => (double)TensorPrimitives.CosineSimilarity<float>(a, b)).ToArray();
        return (cosines.Average(), cosines.Min());
    }

    private static double Correlation(float[] a, float[] b)
    {
        TensorPrimitives.Subtract(a, a.Average(), a);
        TensorPrimitives.Subtract(b, b.Average(), b);
        return TensorPrimitives.CosineSimilarity<float>(a, b);
    }

    private List<float[]> Timed(IDisposable runner, ref double best)
    {
        var start = Stopwatch.GetTimestamp();
        var results = new List<float[]>(Samples);
        try
        {
            foreach (var batch in _batches)
            {
                results.AddRange(
                    runner is RerankRunner reranker
                        ? reranker.Run(batch).Select(score => new[] { score })
                        : ((EmbeddingRunner)runner).Run(batch).Select(vectors => vectors.Dense!)
                );
            }
        }
        catch (OnnxRuntimeException failure)
        {
            throw new InferenceFailedException(failure);
        }

        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return results;
    }

    private EncodedText Encode(string text, string other) =>
        _entry.Task == ModelTask.Rerank
            ? _encoder.EncodePair(other, text, _entry.MaxTokens, Truncation.Right)
            : _encoder.Encode(_entry.DocumentPrefix + text, _entry.MaxTokens, Truncation.Right);

    private IDisposable Open(string model) =>
        _entry.Task == ModelTask.Rerank
            ? new RerankRunner(model, _entry, _encoder.PadId)
            : new EmbeddingRunner(model, _entry, _encoder.PadId);
}

/// <summary>How close a rewritten model is to its original, and how fast both are.</summary>
/// <param name="Samples">The number of texts (pairs for a reranker).</param>
/// <param name="MeanCosine">As in <see cref="QuantizationReport.MeanCosine"/>.</param>
/// <param name="LowestCosine">As in <see cref="QuantizationReport.LowestCosine"/>.</param>
/// <param name="SourceTokensPerSecond">Tokens per second of the original, on one thread.</param>
/// <param name="TokensPerSecond">Tokens per second of the rewritten model, on one thread.</param>
internal readonly record struct ComparisonResult(
    int Samples,
    double MeanCosine,
    double LowestCosine,
    double SourceTokensPerSecond,
    double TokensPerSecond
);
