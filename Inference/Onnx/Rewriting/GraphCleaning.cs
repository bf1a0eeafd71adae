namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>What makes a graph simpler without changing what it computes.</summary>
internal static class GraphCleaning
{
    /// <summary>Turns constants that are written as operations into stored tensors, and takes out operations that hand a value on.</summary>
    public static void Simplify(OnnxModel model)
    {
        var renamed = new Dictionary<string, string>();
        var outputs = model.Outputs.Select(output => output.Name).ToHashSet();
        var nodes = new List<OnnxNode>(model.Nodes.Count);
        foreach (var node in model.Nodes)
        {
            if (node.Operator == "Constant" && node.Attributes.GetValueOrDefault("value") is OnnxTensor tensor)
            {
                model.Initializers.Add(tensor with { Name = node.Outputs[0] });
            }
            else if (node.Operator is "Identity" or "Dropout" && !outputs.Contains(node.Outputs[0]))
            {
                renamed[node.Outputs[0]] = Current(node.Inputs[0]);
            }
            else
            {
                nodes.Add(node with { Inputs = [.. node.Inputs.Select(Current)] });
            }
        }

        Replace(model, nodes);

        string Current(string name) => renamed.GetValueOrDefault(name, name);
    }

    /// <summary>Removes nodes and stored tensors that no output needs.</summary>
    public static void RemoveUnused(OnnxModel model)
    {
        var needed = model.Outputs.Select(output => output.Name).ToHashSet();
        var kept = new List<OnnxNode>(model.Nodes.Count);
        foreach (var node in Enumerable.Reverse(model.Nodes))
        {
            if (node.Outputs.Any(needed.Contains))
            {
                needed.UnionWith(node.Inputs);
                kept.Add(node);
            }
        }

        kept.Reverse();
        Replace(model, kept);
        model.Initializers.RemoveAll(tensor => !needed.Contains(tensor.Name));
        model.Inputs.RemoveAll(input => !needed.Contains(input.Name) && model.Initializers.All(tensor => tensor.Name != input.Name) && IsOldStyleInitializer(input));

        static bool IsOldStyleInitializer(OnnxValue input) => input.Type == OnnxType.Float;
    }

    public static void Replace(OnnxModel model, IEnumerable<OnnxNode> nodes)
    {
        OnnxNode[] all = [.. nodes];
        model.Nodes.Clear();
        model.Nodes.AddRange(all);
    }
}
