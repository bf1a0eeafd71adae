namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>
/// LayerNormalization(x + bias + residual) over matrices of rows becomes ONNX Runtime's SkipLayerNormalization: one pass instead of three.
/// </summary>
internal static class SkipLayerNormFusion
{
    /// <param name="model">The graph; changed in place; unused nodes remain.</param>
    /// <param name="rows">The values that are matrices with one row per token; two of them that are added have the same shape.</param>
    /// <returns>The number of fused patterns.</returns>
    public static int Apply(OnnxModel model, HashSet<string> rows)
    {
        var view = new GraphView(model);
        var count = 0;
        for (var i = 0; i < model.Nodes.Count; i++)
        {
            var norm = model.Nodes[i];
            if (
                norm.Operator == "LayerNormalization"
                && view.Producer(norm.Inputs[0], "Add") is { } sum
                && sum.Inputs.All(rows.Contains)
                && view.OnlyConsumer(sum.Outputs[0], "LayerNormalization") == norm
            )
            {
                model.Nodes[i] = Fused(view, norm, sum);
                count++;
            }
        }

        return count;
    }

    private static OnnxNode Fused(GraphView view, OnnxNode norm, OnnxNode sum)
    {
        var (x, residual, bias) = (sum.Inputs[0], sum.Inputs[1], "");
        foreach (var input in sum.Inputs)
        {
            if (view.Producer(input, "Add") is { } inner && view.OnlyConsumer(input, "Add") == sum && Vector(view, inner) is { } vector)
            {
                (x, residual, bias) = (GraphView.Other(inner, vector), GraphView.Other(sum, input), vector);
            }
        }

        var inputs = new List<string> { x, residual, norm.Inputs[1], norm.Inputs[2] };
        if (bias.Length > 0)
        {
            inputs.Add(bias);
        }

        return new OnnxNode("SkipLayerNormalization", inputs, norm.Outputs, norm.Name, GraphBuilder.Microsoft)
        {
            Attributes = new Dictionary<string, object> { ["epsilon"] = norm.Attributes.GetValueOrDefault("epsilon", 1e-5f) },
        };
    }

    private static string? Vector(GraphView view, OnnxNode add) =>
        add.Inputs.FirstOrDefault(input => view.Constant(input) is { Shape.Count: 1 });
}
