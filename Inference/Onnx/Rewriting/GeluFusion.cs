namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>
/// x · ½ · (1 + erf(x / √2)), as exports write it, becomes ONNX Runtime's Gelu; with a preceding bias, its BiasGelu.
/// </summary>
internal static class GeluFusion
{
    /// <returns>The number of fused patterns.</returns>
    public static int Apply(OnnxModel model)
    {
        var view = new GraphView(model);
        var count = 0;
        for (var i = 0; i < model.Nodes.Count; i++)
        {
            if (Match(view, model.Nodes[i]) is { } input)
            {
                var output = model.Nodes[i].Outputs;
                model.Nodes[i] = Bias(view, input) is var (x, bias)
                    ? new OnnxNode("BiasGelu", [x, bias], output, $"{model.Nodes[i].Name}/BiasGelu", GraphBuilder.Microsoft)
                    : new OnnxNode("Gelu", [input], output, $"{model.Nodes[i].Name}/Gelu", GraphBuilder.Microsoft);
                count++;
            }
        }

        if (count > 0)
        {
            model.Opsets.TryAdd(GraphBuilder.Microsoft, 1);
        }

        return count;
    }

    /// <summary>The input of a GELU; null if the node is not one.</summary>
    private static string? Match(GraphView view, OnnxNode last)
    {
        // The three factors x, (1 + erf(x / √2)) and ½ come in any order.
        if (
            last.Operator != "Mul"
            || view.Consumers(last.Outputs[0]) is [{ Operator: "Mul" } next] && view.BesideScalar(next, 0.5f) is not null
        )
        {
            return null;
        }

        var factors = new List<string>();
        foreach (var input in last.Inputs)
        {
            factors.AddRange(view.Producer(input, "Mul") is { } inner ? inner.Inputs : [input]);
        }

        if (factors.RemoveAll(factor => view.Scalar(factor) == 0.5f) != 1 || factors.Count != 2)
        {
            return null;
        }

        foreach (var factor in factors)
        {
            var x = factors[factor == factors[0] ? 1 : 0];
            if (
                view.BesideScalar(view.Producer(factor, "Add"), 1f) is { } erf
                && view.Producer(erf, "Erf") is { } function
                && view.Producer(function.Inputs[0], "Div", "Mul") is { } scaled
                && scaled.Inputs[0] == x
                && view.BesideScalar(scaled, scaled.Operator == "Div" ? MathF.Sqrt(2) : 1 / MathF.Sqrt(2)) == x
            )
            {
                return x;
            }
        }

        return null;
    }

    private static (string X, string Bias)? Bias(GraphView view, string value)
    {
        if (view.Producer(value, "Add") is { } add)
        {
            foreach (var input in add.Inputs)
            {
                if (view.Constant(input) is { Type: OnnxType.Float, Shape.Count: 1 } && view.Constant(GraphView.Other(add, input)) is null)
                {
                    return (GraphView.Other(add, input), input);
                }
            }
        }

        return null;
    }
}
