using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>
/// x·W on 8-bit numbers: each row of x is divided by its own greatest magnitude / 127 and rounded to 0…255 around 128, which with signed
/// weights is the form that VNNI instructions multiply; the product is multiplied with the scales of its row and its column. Rows that are
/// never negative use all 256 steps.
/// </summary>
internal sealed class RowLinear(Int8Graph graph)
{
    public void Int8(RowView x, string weight, Int8Weights weights, long inner, long columns, string output)
    {
        var scale = graph.Once($"{x.Name}.scale", key => Scale(x, key));
        var quantised = graph.Once($"{x.Name}.int8", key => Quantise(x, scale, key));
        var values = graph.Store($"{weight}.int8", OnnxType.Int8, weights.Values, inner, columns);
        var scales = graph.Floats($"{weight}.scales", weights.Scales, columns);
        graph.Add(
            "MatMulIntegerToFloat",
            [quantised, values, graph.Float("one", 1), scales, Zero(x)],
            $"{output}.unscaled",
            GraphBuilder.Microsoft
        );
        graph.Add("Mul", [$"{output}.unscaled", scale], output);
    }

    /// <summary>The rows with each channel multiplied with its factor.</summary>
    public RowView Equalized(RowView x, float[] factors) =>
        x with
        {
            Name = graph.Once(
                $"{x.Name}.equalized",
                key => graph.Add("Mul", [x.Name, graph.Floats($"{key}.factors", factors, factors.Length)], key)
            ),
        };

    /// <summary>
    /// A single output: multiplied and summed row by row, since products with one column may add up in an order that depends on the rows.
    /// </summary>
    public void Single(RowView x, string weight, float[] values, string output)
    {
        graph.Add("Mul", [x.Name, graph.Floats($"{weight}.row", values, values.Length)], $"{output}.terms");
        graph.Add("ReduceSum", [$"{output}.terms", graph.Integers("last", -1)], output, "", ("keepdims", 1L));
    }

    private string Scale(RowView x, string name)
    {
        var size = x.IsPositive ? x.Name : graph.Add("Abs", [x.Name], $"{name}.size");
        graph.RowMaximum(size, $"{name}.greatest");
        graph.Add("Max", [$"{name}.greatest", graph.Float("tiny", 1e-12f)], $"{name}.above_zero");
        return graph.Add(
            "Mul",
            [$"{name}.above_zero", x.IsPositive ? graph.Float("step.255", 1f / 255) : graph.Float("step.127", 1f / 127)],
            name
        );
    }

    private string Quantise(RowView x, string scale, string name)
    {
        graph.Add("Reshape", [scale, graph.Integers("last", -1)], $"{name}.steps");
        var zeros = graph.Once(
            $"{x.Origin}.{Zero(x)}",
            key =>
            {
                graph.Add("Shape", [$"{name}.steps"], $"{key}.count");
                return graph.Add("Expand", [Zero(x), $"{key}.count"], key);
            }
        );
        return graph.Add("QuantizeLinear", [x.Name, $"{name}.steps", zeros], name, "", ("axis", 0L));
    }

    /// <summary>The 8-bit number that stands for 0.</summary>
    private string Zero(RowView x) => x.IsPositive ? graph.Byte("zero.0", 0) : graph.Byte("zero.128", 128);
}
