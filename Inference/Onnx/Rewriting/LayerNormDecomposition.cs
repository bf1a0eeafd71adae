namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>
/// LayerNormalization becomes a subtraction of the mean, SimplifiedLayerNormalization (which divides by the root of the mean square) and an
/// addition of the bias: the same numbers up to rounding. ONNX Runtime's own LayerNormalization is scalar on a CPU and takes four times as
/// long.
/// </summary>
internal static class LayerNormDecomposition
{
    private const string LastAxis = "norm.last_axis";

    /// <returns>The number of rewritten nodes.</returns>
    public static int Apply(OnnxModel model)
    {
        // From opset 18 on the axes of ReduceMean are an input.
        var axesAreInput = model.Opsets.GetValueOrDefault("") >= 18;
        var nodes = new List<OnnxNode>(model.Nodes.Count);
        var count = 0;
        foreach (var node in model.Nodes)
        {
            if (
                node is { Operator: "LayerNormalization", Outputs.Count: 1, Inputs.Count: 3 }
                && node.Attributes.GetValueOrDefault("axis", -1L) is -1L
            )
            {
                nodes.AddRange(Parts(node, axesAreInput));
                count++;
            }
            else
            {
                nodes.Add(node);
            }
        }

        if (count > 0 && axesAreInput)
        {
            model.Initializers.Add(new OnnxTensor(LastAxis, OnnxType.Int64, [1], BitConverter.GetBytes(-1L)));
        }

        GraphSimplifier.Replace(model, nodes);
        return count;
    }

    private static IEnumerable<OnnxNode> Parts(OnnxNode norm, bool axesAreInput)
    {
        var (x, name) = (norm.Inputs[0], norm.Outputs[0]);
        yield return new OnnxNode("ReduceMean", axesAreInput ? [x, LastAxis] : [x], [$"{name}.mean"], $"{name}.mean")
        {
            Attributes = axesAreInput
                ? new Dictionary<string, object> { ["keepdims"] = 1L }
                : new Dictionary<string, object> { ["axes"] = new[] { -1L }, ["keepdims"] = 1L },
        };
        yield return new OnnxNode("Sub", [x, $"{name}.mean"], [$"{name}.centred"], $"{name}.centred");
        yield return new OnnxNode("SimplifiedLayerNormalization", [$"{name}.centred", norm.Inputs[1]], [$"{name}.scaled"], $"{name}.scaled")
        {
            Attributes = new Dictionary<string, object>
            {
                ["axis"] = -1L,
                ["epsilon"] = norm.Attributes.GetValueOrDefault("epsilon", 1e-5f),
            },
        };
        yield return new OnnxNode("Add", [$"{name}.scaled", norm.Inputs[2]], norm.Outputs, $"{name}.norm");
    }
}
