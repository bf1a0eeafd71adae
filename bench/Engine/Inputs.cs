using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbedPlatform.Bench.Engine;

/// <summary>A text as ids and segments.</summary>
internal readonly record struct Row(int[] Ids, int[] TypeIds);

/// <summary>Feeds rows to an encoder in the simplest way: one new array per input.</summary>
internal static class Inputs
{
    /// <summary>Runs rows, padded to the longest, and throws the output away.</summary>
    public static void Run(InferenceSession session, RunOptions options, IReadOnlyList<Row> rows)
    {
        var columns = rows.Max(row => row.Ids.Length);
        var inputs = session.InputMetadata.ToDictionary(input => input.Key, input => Value(input.Key, input.Value, rows, columns));
        try
        {
            session.Run(options, inputs, [session.OutputMetadata.Keys.First()]).Dispose();
        }
        finally
        {
            foreach (var value in inputs.Values)
            {
                value.Dispose();
            }
        }
    }

    private static OrtValue Value(string name, NodeMetadata metadata, IReadOnlyList<Row> rows, int columns)
    {
        var values = new long[rows.Count * columns];
        for (var row = 0; row < rows.Count; row++)
        {
            for (var i = 0; i < rows[row].Ids.Length; i++)
            {
                values[(row * columns) + i] = name switch
                {
                    "input_ids" => rows[row].Ids[i],
                    "attention_mask" => 1,
                    _ => rows[row].TypeIds[i],
                };
            }
        }

        long[] shape = [rows.Count, columns];
        return metadata.ElementDataType == TensorElementType.Int32
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (int)value), shape)
            : OrtValue.CreateTensorValueFromMemory(values, shape);
    }
}
