namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>
/// (x - mean) / sqrt(mean((x - mean)²) + epsilon) · scale + bias, as older exports write it out, becomes LayerNormalization.
/// </summary>
internal static class LayerNormFusion
{
    /// <returns>The number of fused patterns; 0 if the graph's opset has no LayerNormalization.</returns>
    public static int Apply(OnnxModel model)
    {
        if (model.Opsets.GetValueOrDefault("") < OpsetConversion.Target)
        {
            return 0;
        }

        var view = new GraphView(model);
        var ranks = new TensorRanks(model, view);
        var count = 0;
        for (var i = 0; i < model.Nodes.Count; i++)
        {
            if (Match(view, ranks, model.Nodes[i]) is { } fused)
            {
                model.Nodes[i] = fused;
                count++;
            }
        }

        return count;
    }

    private static OnnxNode? Match(GraphView view, TensorRanks ranks, OnnxNode last)
    {
        // last = Add(Mul(Div(centred, Sqrt(Add(ReduceMean(Pow(centred, 2)), epsilon))), scale), bias)
        if (
            last.Operator != "Add"
            || Beside(view, last, "Mul") is not var (product, bias)
            || Beside(view, product, "Div") is not var (divided, scale)
        )
        {
            return null;
        }

        var centred = view.Producer(divided.Inputs[0], "Sub");
        var root = view.Producer(divided.Inputs[1], "Sqrt");
        var shifted = root is null ? null : view.Producer(root.Inputs[0], "Add");
        if (centred is null || shifted is null)
        {
            return null;
        }

        var variance = view.Producer(shifted.Inputs[0], "ReduceMean") ?? view.Producer(shifted.Inputs[1], "ReduceMean");
        var square = variance is null ? null : view.Producer(variance.Inputs[0], "Pow", "Mul");
        var mean = view.Producer(centred.Inputs[1], "ReduceMean");
        return
            variance is not null
            && square is not null
            && mean is not null
            && IsSquare(view, square, centred.Outputs[0])
            && mean.Inputs[0] == centred.Inputs[0]
            && OverLastAxis(view, ranks, mean)
            && OverLastAxis(view, ranks, variance)
            && view.Scalar(GraphView.Other(shifted, variance.Outputs[0])) is { } epsilon
            ? new OnnxNode("LayerNormalization", [centred.Inputs[0], scale, bias], last.Outputs, $"{last.Name}/LayerNormalization")
            {
                Attributes = new Dictionary<string, object> { ["axis"] = -1L, ["epsilon"] = epsilon },
            }
            : null;
    }

    /// <summary>The input of a node that comes from an operator, and the other one, which must be a constant vector.</summary>
    private static (OnnxNode Node, string Constant)? Beside(GraphView view, OnnxNode node, string kind)
    {
        foreach (var input in node.Inputs)
        {
            if (
                view.Producer(input, kind) is { } producer
                && view.Constant(GraphView.Other(node, input)) is { Type: OnnxType.Float, Shape.Count: 1 } constant
            )
            {
                return (producer, constant.Name);
            }
        }

        return null;
    }

    private static bool IsSquare(GraphView view, OnnxNode node, string value) =>
        node.Operator == "Mul"
            ? node.Inputs[0] == value && node.Inputs[1] == value
            : node.Inputs[0] == value && view.Scalar(node.Inputs[1]) == 2;

    private static bool OverLastAxis(GraphView view, TensorRanks ranks, OnnxNode mean) =>
        (mean.Attributes.GetValueOrDefault("axes") as long[] ?? (mean.Inputs.Count > 1 ? view.Integers(mean.Inputs[1]) : null))
            is [var axis]
        && ranks.IsLast(axis, mean.Inputs[0]) == true
        && mean.Attributes.GetValueOrDefault("keepdims") is null or 1L;
}
