using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>Runs the float graph over sample texts and keeps rows of the inputs of its linear layers.</summary>
internal static class CalibrationRun
{
    /// <summary>The maximum number of texts; a larger sample is thinned out evenly.</summary>
    private const int Most = 128;

    /// <param name="model">The graph; it is not changed.</param>
    /// <param name="folder">The folder of its external weights.</param>
    /// <param name="scratch">A temporary file for a graph that holds its weights; deleted afterwards.</param>
    /// <param name="products">The linear layers whose inputs are sampled.</param>
    /// <param name="texts">Token ids, one text each.</param>
    public static Dictionary<string, ActivationSample> Collect(
        OnnxModel model,
        string folder,
        string scratch,
        IReadOnlyDictionary<string, List<LinearLayer>> products,
        IReadOnlyList<int[]> texts
    )
    {
        var samples = products.ToDictionary(pair => pair.Key, pair => new ActivationSample(pair.Value[0].Inner));
        string[] names = [.. samples.Keys];
        using var session = Open(WithOutputs(model, names), folder, scratch);
        using var options = new RunOptions();
        foreach (var text in texts.Where((_, i) => i % ((texts.Count / Most) + 1) == 0))
        {
            Run(session, options, text, names, samples);
        }

        return samples;
    }

    private static void Run(
        InferenceSession session,
        RunOptions options,
        int[] text,
        string[] names,
        Dictionary<string, ActivationSample> samples
    )
    {
        try
        {
            using var results = session.Run(options, Inputs(session, text), names);
            for (var i = 0; i < names.Length; i++)
            {
                samples[names[i]].Add(results[i].GetTensorDataAsSpan<float>());
            }
        }
        catch (OnnxRuntimeException failure)
        {
            throw new InferenceFailedException(failure);
        }
    }

    /// <summary>
    /// A graph that holds its weights is large and is passed as a file; otherwise it is passed in memory with the folder of its weights.
    /// </summary>
    private static InferenceSession Open(OnnxModel model, string folder, string scratch)
    {
        if (model.Initializers.Any(tensor => tensor.External is not null))
        {
            using var stream = new MemoryStream();
            OnnxWriter.Write(model, stream);
            return SessionFactory.Open(stream.ToArray(), folder);
        }

        try
        {
            OnnxWriter.Write(model, scratch);
            return SessionFactory.Open(scratch);
        }
        finally
        {
            File.Delete(scratch);
        }
    }

    private static OnnxModel WithOutputs(OnnxModel model, string[] names)
    {
        var copy = new OnnxModel { IrVersion = model.IrVersion, Name = model.Name };
        foreach (var (domain, version) in model.Opsets)
        {
            copy.Opsets[domain] = version;
        }

        copy.Nodes.AddRange(model.Nodes);
        copy.Initializers.AddRange(model.Initializers);
        copy.Inputs.AddRange(model.Inputs);
        copy.Outputs.AddRange(names.Select(name => new OnnxValue(name, OnnxType.Float, [])));
        return copy;
    }

    private static Dictionary<string, OrtValue> Inputs(InferenceSession session, int[] text)
    {
        var inputs = new Dictionary<string, OrtValue>();
        foreach (var (name, input) in session.InputMetadata)
        {
            var values = name switch
            {
                "input_ids" => text,
                "attention_mask" => [.. Enumerable.Repeat(1, text.Length)],
                _ => new int[text.Length],
            };
            inputs[name] =
                input.ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int32
                    ? OrtValue.CreateTensorValueFromMemory(values, [1, text.Length])
                    : OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (long)value), [1, text.Length]);
        }

        return inputs;
    }
}
