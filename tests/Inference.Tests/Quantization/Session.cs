using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Tests.Quantization;

/// <summary>Runs a graph as anybody would who has only ONNX Runtime.</summary>
internal sealed class Session(string model) : IDisposable
{
    private const int Padding = 1;

    private readonly InferenceSession _session = new(model);
    private readonly RunOptions _options = new();

    /// <returns>For each text the numbers of its own tokens (or its one logit), padding left out.</returns>
    public float[][] Run(params int[][] texts)
    {
        var columns = texts.Max(text => text.Length);
        var inputs = _session.InputMetadata.Keys.ToDictionary(
            name => name,
            name => OrtValue.CreateTensorValueFromMemory([.. texts.SelectMany(text => Row(name, text, columns))], [texts.Length, columns])
        );
        using var outputs = _session.Run(_options, inputs, [.. _session.OutputMetadata.Keys]);
        var values = outputs[0].GetTensorDataAsSpan<float>();
        var size = values.Length / texts.Length;
        var results = new float[texts.Length][];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = values.Slice(i * size, size < columns ? size : size / columns * texts[i].Length).ToArray();
        }

        return results;
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private static IEnumerable<long> Row(string input, int[] text, int columns) =>
        Enumerable
            .Range(0, columns)
            .Select(i =>
                input switch
                {
                    "input_ids" => i < text.Length ? text[i] : (long)Padding,
                    "attention_mask" => i < text.Length ? 1 : 0,
                    _ => 0,
                }
            );
}
