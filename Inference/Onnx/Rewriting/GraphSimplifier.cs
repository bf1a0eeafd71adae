using System.Runtime.InteropServices;

namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>Simplifies a graph without changing its result.</summary>
internal static class GraphSimplifier
{
    /// <summary>Turns Constant nodes into stored tensors and removes operations that pass a value through.</summary>
    /// <exception cref="InvalidDataException">The graph has control flow, whose sub-graphs are not read.</exception>
    public static void Simplify(OnnxModel model)
    {
        if (model.Nodes.FirstOrDefault(node => node.Operator is "If" or "Loop" or "Scan" or "SequenceMap") is { } flow)
        {
            throw new InvalidDataException(
                $"The graph has control flow ({flow.Operator}) and cannot be rewritten: export the model without it."
            );
        }

        var renamed = new Dictionary<string, string>();
        var outputs = model.Outputs.Select(output => output.Name).ToHashSet();
        var view = new GraphView(model);
        var nodes = new List<OnnxNode>(model.Nodes.Count);
        foreach (var node in model.Nodes)
        {
            if (node.Operator == "Constant" && Stored(node) is { } tensor)
            {
                model.Initializers.Add(tensor with { Name = node.Outputs[0] });
            }
            else if (HandsOn(node, view) && !outputs.Contains(node.Outputs[0]))
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

    private static OnnxTensor? Stored(OnnxNode constant)
    {
        var (kind, value) = constant.Attributes.FirstOrDefault();
        return (kind, value) switch
        {
            ("value", OnnxTensor tensor) => tensor,
            ("value_int", long number) => new OnnxTensor("", OnnxType.Int64, [], BitConverter.GetBytes(number)),
            ("value_float", float number) => new OnnxTensor("", OnnxType.Float, [], BitConverter.GetBytes(number)),
            ("value_ints", long[] numbers) => new OnnxTensor(
                "",
                OnnxType.Int64,
                [numbers.Length],
                MemoryMarshal.AsBytes<long>(numbers).ToArray()
            ),
            ("value_floats", float[] numbers) => new OnnxTensor(
                "",
                OnnxType.Float,
                [numbers.Length],
                MemoryMarshal.AsBytes<float>(numbers).ToArray()
            ),
            _ => null,
        };
    }

    /// <summary>Dropout passes its input through, except in training or if its mask is used.</summary>
    private static bool HandsOn(OnnxNode node, GraphView view) =>
        node.Operator == "Identity" || (node.Operator == "Dropout" && node.Inputs.Count < 3 && !node.Outputs.Skip(1).Any(view.IsUsed));

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
        model.Inputs.RemoveAll(input =>
            !needed.Contains(input.Name) && model.Initializers.All(tensor => tensor.Name != input.Name) && IsOldStyleInitializer(input)
        );

        static bool IsOldStyleInitializer(OnnxValue input) => input.Type == OnnxType.Float;
    }

    public static void Replace(OnnxModel model, IEnumerable<OnnxNode> nodes)
    {
        OnnxNode[] all = [.. nodes];
        model.Nodes.Clear();
        model.Nodes.AddRange(all);
    }
}
