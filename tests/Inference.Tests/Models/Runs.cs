using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Tests.Models;

/// <summary>Runs a graph of token ids on ONNX Runtime.</summary>
internal static class Runs
{
    /// <summary>One row of the output per list of ids, right-padded to a width.</summary>
    public static float[][] Run(InferenceSession session, IReadOnlyList<int[]> ids, int width, string output)
    {
        var tokens = new long[ids.Count * width];
        var mask = new long[ids.Count * width];
        for (var row = 0; row < ids.Count; row++)
        {
            for (var column = 0; column < ids[row].Length; column++)
            {
                tokens[(row * width) + column] = ids[row][column];
                mask[(row * width) + column] = 1;
            }
        }

        using var input = OrtValue.CreateTensorValueFromMemory(tokens, [ids.Count, width]);
        using var attention = OrtValue.CreateTensorValueFromMemory(mask, [ids.Count, width]);
        using var types = OrtValue.CreateTensorValueFromMemory(new long[ids.Count * width], [ids.Count, width]);
        var inputs = new Dictionary<string, OrtValue> { ["input_ids"] = input, ["attention_mask"] = attention };
        if (session.InputMetadata.ContainsKey("token_type_ids"))
        {
            inputs["token_type_ids"] = types;
        }

        using var options = new RunOptions();
        using var outputs = session.Run(options, inputs, [output]);
        return [.. outputs[0].GetTensorDataAsSpan<float>().ToArray().Chunk(outputs[0].GetTensorDataAsSpan<float>().Length / ids.Count)];
    }
}
