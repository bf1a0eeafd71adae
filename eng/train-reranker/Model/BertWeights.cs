using System.Runtime.InteropServices;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.TrainReranker.Model;

/// <summary>A weight as it lies in memory: row major.</summary>
internal sealed record Weight(float[] Values, long[] Shape);

/// <summary>The weights of a BERT by the names that they have in PyTorch; matrices are [out, in].</summary>
internal static class BertWeights
{
    /// <summary>
    /// Reads them out of an ONNX export, which stores matrices without names: each is found by the bias that is added to its product.
    /// </summary>
    public static Dictionary<string, Weight> Read(string path)
    {
        var model = OnnxReader.Read(path);
        var stored = model.Initializers.ToDictionary(tensor => tensor.Name);
        var producers = model
            .Nodes.SelectMany(node => node.Outputs.Select(output => (output, node)))
            .ToDictionary(pair => pair.output, pair => pair.node);
        var weights = new Dictionary<string, Weight>();
        foreach (var tensor in model.Initializers.Where(tensor => tensor.Type == OnnxType.Float && tensor.Name.Contains('.')))
        {
            weights[tensor.Name] = new Weight(Floats(tensor), [.. tensor.Shape]);
        }

        foreach (var add in model.Nodes.Where(node => node.Operator == "Add"))
        {
            if (
                add.Inputs.FirstOrDefault(input => input.EndsWith(".bias", StringComparison.Ordinal) && stored.ContainsKey(input))
                    is { } bias
                && add.Inputs.Select(input => producers.GetValueOrDefault(input)).FirstOrDefault(node => node?.Operator == "MatMul")
                    is { } product
                && stored.GetValueOrDefault(product.Inputs[1]) is { } matrix
            )
            {
                weights[bias[..^".bias".Length] + ".weight"] = Transposed(Floats(matrix), matrix.Shape);
            }
        }

        return weights;
    }

    private static float[] Floats(OnnxTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();

    private static Weight Transposed(float[] values, IReadOnlyList<long> shape)
    {
        var (rows, columns) = ((int)shape[0], (int)shape[1]);
        var result = new float[values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                result[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        return new Weight(result, [columns, rows]);
    }
}
