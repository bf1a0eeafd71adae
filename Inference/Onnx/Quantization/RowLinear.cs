namespace EmbedPlatform.Inference.Onnx.Quantization;

/// <summary>
/// x·W on 8-bit numbers: each row of x is divided by its own greatest magnitude / 127 and rounded to 0…255 around 128, which with signed weights is the
/// form that VNNI instructions multiply; the product is multiplied with the scales of its row and its column.
/// </summary>
internal sealed class RowLinear(Int8Graph graph)
{
    private const int Largest = 127;
    private const byte Middle = 128;

    public void Int8(RowsOf x, string weight, Int8Weights weights, long inner, long columns, string output)
    {
        var scale = graph.Once($"{x.Name}.scale", key => Scale(x.Name, key));
        var quantised = graph.Once($"{x.Name}.int8", key => Quantise(x, scale, key));
        var values = graph.Store($"{weight}.int8", OnnxType.Int8, weights.Values, inner, columns);
        var scales = graph.Floats($"{weight}.scales", weights.Scales, columns);
        graph.Add(
            "MatMulIntegerToFloat", [quantised, values, graph.Float("one", 1), scales, graph.Byte("middle", Middle)], $"{output}.unscaled", GraphBuilder.Microsoft);
        graph.Add("Mul", [$"{output}.unscaled", scale], output);
    }

    /// <summary>A single output: multiplied and summed row by row, since products with one column may add up in an order that depends on the rows.</summary>
    public void Single(RowsOf x, string weight, float[] values, string output)
    {
        graph.Add("Mul", [x.Name, graph.Floats($"{weight}.row", values, values.Length)], $"{output}.terms");
        graph.Add("ReduceSum", [$"{output}.terms", graph.Integers("last", -1)], output, "", ("keepdims", 1L));
    }

    private string Scale(string x, string name)
    {
        graph.Add("Abs", [x], $"{name}.size");
        graph.Add("ReduceMax", [$"{name}.size"], $"{name}.greatest", "", ("axes", new[] { -1L }), ("keepdims", 1L));
        graph.Add("Max", [$"{name}.greatest", graph.Float("tiny", 1e-12f)], $"{name}.positive");
        return graph.Add("Mul", [$"{name}.positive", graph.Float("per_step", 1f / Largest)], name);
    }

    private string Quantise(RowsOf x, string scale, string name)
    {
        graph.Add("Reshape", [scale, graph.Integers("last", -1)], $"{name}.steps");
        var middles = graph.Once($"{x.Origin}.middles", key =>
        {
            graph.Add("Shape", [$"{name}.steps"], $"{key}.count");
            return graph.Add("Expand", [graph.Byte("middle", Middle), $"{key}.count"], key);
        });
        return graph.Add("QuantizeLinear", [x.Name, $"{name}.steps", middles], name, "", ("axis", 0L));
    }
}
