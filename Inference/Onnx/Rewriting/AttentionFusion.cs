namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>
/// softmax(q·kᵀ·scale + mask)·v over heads, as exports write it out with its reshapes and transposes, becomes ONNX Runtime's
/// MultiHeadAttention. Unrecognised patterns stay as they are.
/// </summary>
internal static class AttentionFusion
{
    private const string MaskInput = "attention_mask";
    private const string Mask = "attention.mask";
    private const string Sizes = "attention.sizes";
    private const string Rest = "attention.rest";
    private const string Tokens = "attention.shape";

    /// <summary>Operators allowed between the graph's mask and the bias added to the products.</summary>
    private static readonly HashSet<string> MaskSteps =
    [
        "Unsqueeze",
        "Cast",
        "Sub",
        "Mul",
        "Add",
        "Expand",
        "Where",
        "Reshape",
        "Equal",
        "Not",
        "And",
        "Or",
        "Greater",
        "Less",
        "Neg",
        "Identity",
        "Min",
        "Max",
    ];

    /// <returns>The number of fused patterns.</returns>
    public static int Apply(OnnxModel model)
    {
        if (model.Inputs.All(input => input.Name != MaskInput))
        {
            return 0;
        }

        var (view, opset) = (new GraphView(model), model.Opsets.GetValueOrDefault(""));
        var nodes = new List<OnnxNode>(model.Nodes.Count);
        var count = 0;
        foreach (var node in model.Nodes)
        {
            if (Match(view, node, opset) is { } found)
            {
                nodes.AddRange(Fused(found, node, count++));
            }
            else
            {
                nodes.Add(node);
            }
        }

        if (count > 0)
        {
            model.Opsets.TryAdd(GraphBuilder.Microsoft, 1);
            GraphSimplifier.Replace(model, [.. Shared(model), .. nodes]);
        }

        return count;
    }

    /// <summary>The operator's shape is [batch, tokens, width], regardless of the graph's own.</summary>
    private static IEnumerable<OnnxNode> Fused(Attention found, OnnxNode last, int number)
    {
        var name = $"attention_{number}";
        string[] parts = [$"{name}.query", $"{name}.key", $"{name}.value"];
        foreach (var (source, part) in new[] { found.Query, found.Key, found.Value }.Zip(parts))
        {
            yield return new OnnxNode("Reshape", [source, Tokens], [part], part);
        }

        var attributes = new Dictionary<string, object>
        {
            ["num_heads"] = found.Heads,
            ["scale"] = found.Scale,
            ["mask_filter_value"] = float.MinValue,
        };
        yield return new OnnxNode("MultiHeadAttention", [.. parts, "", Mask], [name], name, GraphBuilder.Microsoft)
        {
            Attributes = attributes,
        };
        yield return new OnnxNode("Reshape", [name, last.Inputs[1]], last.Outputs, $"{name}.joined");
    }

    /// <summary>The mask in the operator's form, and the shape [batch, tokens, rest].</summary>
    private static IEnumerable<OnnxNode> Shared(OnnxModel model)
    {
        model.Initializers.Add(new OnnxTensor(Rest, OnnxType.Int64, [1], BitConverter.GetBytes(-1L)));
        yield return new OnnxNode("Cast", [MaskInput], [Mask], Mask)
        {
            Attributes = new Dictionary<string, object> { ["to"] = (long)OnnxType.Int32 },
        };
        yield return new OnnxNode("Shape", [MaskInput], [Sizes], Sizes);
        yield return new OnnxNode("Concat", [Sizes, Rest], [Tokens], Tokens)
        {
            Attributes = new Dictionary<string, object> { ["axis"] = 0L },
        };
    }

    /// <summary>last = Reshape(Transpose(MatMul(Softmax(products + mask), value)))</summary>
    private static Attention? Match(GraphView view, OnnxNode last, long opset)
    {
        var unscaled = new Scaling();
        if (
            last.Operator != "Reshape"
            || view.Producer(last.Inputs[0], "Transpose") is not { } joined
            || !Order(joined, 0, 2, 1, 3)
            || view.Producer(joined.Inputs[0], "MatMul") is not { } weighted
            || view.Producer(weighted.Inputs[0], "Softmax") is not { } softmax
            || !IsOverKeys(softmax, opset)
            || view.Producer(softmax.Inputs[0], "Add") is not { } masked
            || Heads(view, weighted.Inputs[1], [0, 2, 1, 3], unscaled) is not { } value
            || unscaled.Factor != 1
            || unscaled.BySize
        )
        {
            return null;
        }

        foreach (var input in masked.Inputs)
        {
            if (IsMask(view, input) && Products(view, GraphView.Other(masked, input)) is { } products)
            {
                return products with { Value = value.Source };
            }
        }

        return null;
    }

    /// <summary>The last of four axes, the default since version 13 of ONNX's operators.</summary>
    private static bool IsOverKeys(OnnxNode softmax, long opset) =>
        softmax.Attributes.GetValueOrDefault("axis") is -1L or 3L || (opset >= 13 && !softmax.Attributes.ContainsKey("axis"));

    private static Attention? Products(GraphView view, string value)
    {
        var scaling = new Scaling();
        value = Unscaled(view, value, scaling);
        if (view.Producer(value, "MatMul") is not { } product)
        {
            return null;
        }

        var query = Heads(view, Unscaled(view, product.Inputs[0], scaling), [0, 2, 1, 3], scaling);
        var key = Heads(view, Unscaled(view, product.Inputs[1], scaling), [0, 2, 3, 1], scaling);
        return query is { } q && key is { } k && q.Count == k.Count && scaling.Total(q.Size) is { } scale
            ? new Attention(q.Source, k.Source, "", q.Count, scale)
            : null;
    }

    /// <summary>Skips multiplications and divisions by a constant, or by a number computed from the size of a head.</summary>
    private static string Unscaled(GraphView view, string value, Scaling scaling)
    {
        while (view.Producer(value, "Mul", "Div") is { } node)
        {
            if (view.Scalar(node.Inputs[1]) is { } second)
            {
                scaling.Factor = node.Operator == "Mul" ? scaling.Factor * second : scaling.Factor / second;
            }
            else if (IsSize(view, node.Inputs[1]))
            {
                scaling.BySize = true;
            }
            else
            {
                break;
            }

            value = node.Inputs[0];
        }

        return value;
    }

    /// <summary>
    /// Whether a number is computed from sizes only, as in exports of PyTorch's scaled_dot_product_attention: sqrt(1 / sqrt(size)).
    /// </summary>
    private static bool IsSize(GraphView view, string value)
    {
        for (var steps = 0; steps < 12; steps++)
        {
            if (view.Producer(value, "Shape") is not null)
            {
                return true;
            }

            if (view.Producer(value, "Sqrt", "Cast", "Slice", "Gather", "Unsqueeze", "Squeeze", "Div", "Reciprocal", "Pow") is not { } node)
            {
                return false;
            }

            value = view.Constant(node.Inputs[0]) is null ? node.Inputs[0] : node.Inputs[1];
        }

        return false;
    }

    /// <summary>
    /// The [batch, tokens, width] value that is split into heads and transposed; consecutive transposes count as one,
    /// with or without scaling between them.
    /// </summary>
    private static (string Source, long Count, long? Size)? Heads(GraphView view, string value, long[] order, Scaling scaling)
    {
        long[] composed = [0, 1, 2, 3];
        while (
            view.Producer(value, "Transpose") is { } transpose
            && transpose.Attributes.GetValueOrDefault("perm") is long[] { Length: 4 } step
        )
        {
            composed = [.. composed.Select(axis => step[axis])];
            value = Unscaled(view, transpose.Inputs[0], scaling);
        }

        return
            composed.AsSpan().SequenceEqual(order)
            && view.Producer(value, "Reshape") is { } reshape
            && Split(view, reshape.Inputs[1]) is var (count, size)
            ? (reshape.Inputs[0], count, size)
            : null;
    }

    /// <summary>The last two numbers of a shape [batch, tokens, heads, size], stored or computed in the graph.</summary>
    private static (long Count, long? Size)? Split(GraphView view, string shape)
    {
        List<long?> sizes = [];
        if (view.Integers(shape) is { } stored)
        {
            sizes.AddRange(stored.Select(size => (long?)size));
        }
        else if (view.Producer(shape, "Concat") is { } concat)
        {
            foreach (var input in concat.Inputs)
            {
                var known = view.Integers(input);
                sizes.AddRange(known?.Select(size => (long?)size) ?? (view.Producer(input, "Shape") is null ? [null] : [null, null]));
            }
        }

        return sizes is [_, _, > 0, _] ? (sizes[2]!.Value, sizes[3] > 0 ? sizes[3] : null) : null;
    }

    private static bool Order(OnnxNode transpose, params long[] order) =>
        transpose.Attributes.GetValueOrDefault("perm") is long[] actual && actual.AsSpan().SequenceEqual(order);

    /// <summary>Whether a value depends only on the graph's attention mask, sizes and constants.</summary>
    private static bool IsMask(GraphView view, string value)
    {
        var reached = false;
        var seen = new HashSet<string>();
        var open = new Stack<string>([value]);
        while (open.TryPop(out var name))
        {
            if (name.Length == 0 || !seen.Add(name) || view.Constant(name) is not null)
            {
                continue;
            }

            if (name == MaskInput)
            {
                reached = true;
            }
            else if (view.Producer(name) is { } node && MaskSteps.Contains(node.Operator))
            {
                foreach (var input in node.Inputs)
                {
                    open.Push(input);
                }
            }
            else if (view.Producer(name, "Shape", "Gather", "Concat", "ConstantOfShape", "Range", "Squeeze") is null)
            {
                return false;
            }
        }

        return reached;
    }

    /// <summary>The product of all factors applied to the attention scores.</summary>
    private sealed class Scaling
    {
        public float Factor { get; set; } = 1;

        /// <summary>Whether a factor was computed from the size of a head: their product is then 1 / sqrt(size).</summary>
        public bool BySize { get; set; }

        /// <returns>Null if it needs the size of a head, which is unknown.</returns>
        public float? Total(long? size) =>
            !BySize ? Factor
            : size is { } known ? Factor / MathF.Sqrt(known)
            : null;
    }

    private sealed record Attention(string Query, string Key, string Value, long Heads, float Scale);
}
