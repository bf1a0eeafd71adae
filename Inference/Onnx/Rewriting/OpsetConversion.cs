using System.Runtime.InteropServices;

namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>
/// Brings a graph to version 17 of ONNX's operators, the first with LayerNormalization. Each operator either means the same in both
/// versions or is rewritten; otherwise the whole graph keeps its version (onnx.ai/onnx/operators lists the versions of each).
/// </summary>
internal sealed class OpsetConversion
{
    public const long Target = 17;

    /// <summary>Earlier versions specify broadcasting with attributes.</summary>
    private const long Oldest = 7;

    /// <summary>Operators of which a node of version 7 or later means the same in version 17.</summary>
    private static readonly HashSet<string> Unchanged =
    [
        "Abs",
        "Acos",
        "Acosh",
        "Add",
        "And",
        "ArgMax",
        "ArgMin",
        "Asin",
        "Asinh",
        "Atan",
        "Atanh",
        "AveragePool",
        "BitShift",
        "Cast",
        "CastLike",
        "Ceil",
        "Celu",
        "Compress",
        "Concat",
        "Constant",
        "ConstantOfShape",
        "Conv",
        "ConvInteger",
        "ConvTranspose",
        "Cos",
        "Cosh",
        "CumSum",
        "DepthToSpace",
        "DequantizeLinear",
        "Det",
        "Div",
        "DynamicQuantizeLinear",
        "Einsum",
        "Elu",
        "Equal",
        "Erf",
        "Exp",
        "Expand",
        "EyeLike",
        "Flatten",
        "Floor",
        "GRU",
        "Gather",
        "GatherElements",
        "GatherND",
        "Gemm",
        "GlobalAveragePool",
        "GlobalLpPool",
        "GlobalMaxPool",
        "Greater",
        "GreaterOrEqual",
        "GridSample",
        "HardSigmoid",
        "HardSwish",
        "Identity",
        "InstanceNormalization",
        "IsInf",
        "IsNaN",
        "LRN",
        "LSTM",
        "LayerNormalization",
        "LeakyRelu",
        "Less",
        "LessOrEqual",
        "Log",
        "LpNormalization",
        "LpPool",
        "MatMul",
        "MatMulInteger",
        "Max",
        "MaxPool",
        "Mean",
        "MeanVarianceNormalization",
        "Min",
        "Mod",
        "Mul",
        "Neg",
        "NonMaxSuppression",
        "NonZero",
        "Not",
        "OneHot",
        "Or",
        "PRelu",
        "Pow",
        "QLinearConv",
        "QLinearMatMul",
        "QuantizeLinear",
        "RNN",
        "Range",
        "Reciprocal",
        "ReduceL1",
        "ReduceL2",
        "ReduceLogSum",
        "ReduceLogSumExp",
        "ReduceMax",
        "ReduceMean",
        "ReduceMin",
        "ReduceProd",
        "ReduceSumSquare",
        "Relu",
        "Reshape",
        "ReverseSequence",
        "Round",
        "ScatterElements",
        "ScatterND",
        "Selu",
        "Shape",
        "Shrink",
        "Sigmoid",
        "Sign",
        "SimplifiedLayerNormalization",
        "Sin",
        "Sinh",
        "Size",
        "Softplus",
        "Softsign",
        "SpaceToDepth",
        "Sqrt",
        "Sub",
        "Sum",
        "Tan",
        "Tanh",
        "ThresholdedRelu",
        "Tile",
        "Transpose",
        "Trilu",
        "Unique",
        "Where",
        "Xor",
    ];

    private readonly OnnxModel _model;
    private readonly long _opset;
    private readonly GraphView _view;
    private readonly TensorRanks _ranks;
    private readonly List<OnnxTensor> _added = [];
    private readonly HashSet<string> _names;

    private OpsetConversion(OnnxModel model, long opset)
    {
        (_model, _opset, _view) = (model, opset, new GraphView(model));
        _ranks = new TensorRanks(model, _view);
        _names =
        [
            .. model.Initializers.Select(tensor => tensor.Name),
            .. model.Inputs.Select(input => input.Name),
            .. model.Nodes.SelectMany(node => node.Outputs),
        ];
    }

    /// <returns>Why the graph was left unchanged, phrased to follow "because"; null if it is now at version 17 or later.</returns>
    public static string? Raise(OnnxModel model)
    {
        NameDomain(model);
        var opset = model.Opsets.GetValueOrDefault("");
        if (opset >= Target)
        {
            return null;
        }

        if (opset < Oldest)
        {
            return $"version {opset} of ONNX's operators is older than {Oldest}, the oldest that is converted";
        }

        return new OpsetConversion(model, opset).Convert();
    }

    /// <summary>ONNX's own domain has two names, "" and "ai.onnx".</summary>
    private static void NameDomain(OnnxModel model)
    {
        const string Long = "ai.onnx";
        if (model.Opsets.Remove(Long, out var opset))
        {
            model.Opsets.TryAdd("", opset);
            GraphSimplifier.Replace(model, [.. model.Nodes.Select(node => node.Domain == Long ? node with { Domain = "" } : node)]);
        }
    }

    private string? Convert()
    {
        var nodes = new List<OnnxNode>(_model.Nodes.Count);
        foreach (var node in _model.Nodes)
        {
            if (node.Domain.Length > 0 || Unchanged.Contains(node.Operator))
            {
                nodes.Add(node);
            }
            else if (Converted(node) is { } written)
            {
                nodes.AddRange(written);
            }
            else
            {
                return $"its operator {node.Operator} of version {_opset} has no known equivalent in version {Target} of ONNX's operators";
            }
        }

        GraphSimplifier.Replace(_model, nodes);
        _model.Initializers.AddRange(_added);
        _model.Opsets[""] = Target;
        return null;
    }

    /// <summary>The equivalent of a node in version 17; null if there is none.</summary>
    private IEnumerable<OnnxNode>? Converted(OnnxNode node) =>
        node.Operator switch
        {
            "Softmax" or "LogSoftmax" or "Hardmax" => _opset < 13 ? OverOneAxis(node) : [node],
            "Squeeze" or "Unsqueeze" or "ReduceSum" => [_opset < 13 ? WithInputs(node, "axes") : node],
            "Split" => [_opset < 13 ? WithInputs(node, "split") : node],
            "Slice" => [_opset < 10 ? WithInputs(node, "starts", "ends", "axes") : node],
            "Clip" => [_opset < 11 ? WithInputs(node, "min", "max") : node],
            "Pad" => _opset >= 11 ? [node]
            : node.Attributes.ContainsKey("pads") ? [WithInputs(node, "pads", "value")]
            : null,
            "TopK" => [_opset < 10 ? WithInputs(node, "k") : node],
            "Dropout" => _opset >= 12 ? [node] : Dropout(node),
            "Upsample" => Upsample(node),
            "Resize" => Resize(node),
            "Scatter" => [node with { Operator = "ScatterElements" }],
            "BatchNormalization" => BatchNormalization(node),
            "RoiAlign" => [_opset < 16 ? With(node, "coordinate_transformation_mode", "output_half_pixel") : node],
            _ => null,
        };

    /// <summary>Before version 13, all axes from the given one on count as one. The default was 1; now it is the last axis.</summary>
    private IEnumerable<OnnxNode> OverOneAxis(OnnxNode node)
    {
        var axis = node.Attributes.GetValueOrDefault("axis") as long? ?? 1;
        var last = With(node, "axis", -1L);
        if (_ranks.IsLast(axis, node.Inputs[0]) == true)
        {
            return [last];
        }

        var (name, input) = (node.Outputs[0], node.Inputs[0]);
        string[] names = [Name($"{name}.flat"), Name($"{name}.flat.result"), Name($"{name}.shape")];
        return
        [
            new OnnxNode("Flatten", [input], [names[0]], names[0]) { Attributes = new Dictionary<string, object> { ["axis"] = axis } },
            last with
            {
                Inputs = [names[0]],
                Outputs = [names[1]],
            },
            new OnnxNode("Shape", [input], [names[2]], names[2]),
            new OnnxNode("Reshape", [names[1], names[2]], node.Outputs, $"{name}.reshape"),
        ];
    }

    /// <summary>Dropout does nothing outside of training. The type of its mask changed, so a used mask prevents conversion.</summary>
    private OnnxNode[]? Dropout(OnnxNode node) =>
        node.Outputs.Skip(1).Any(_view.IsUsed) ? null : [new OnnxNode("Identity", [node.Inputs[0]], [node.Outputs[0]], node.Name)];

    private OnnxNode[]? Upsample(OnnxNode node)
    {
        var scales =
            _opset >= 9 ? node.Inputs[1]
            : node.Attributes.GetValueOrDefault("scales") is float[] given ? Store($"{node.Outputs[0]}.scales", given)
            : null;
        return scales is null ? null : [AsymmetricResize(node, scales)];
    }

    private OnnxNode[]? Resize(OnnxNode node) =>
        _opset switch
        {
            10 => [AsymmetricResize(node, node.Inputs[1])],
            < 13 when node.Attributes.GetValueOrDefault("coordinate_transformation_mode") is "tf_half_pixel_for_nn" => null,
            _ => [node],
        };

    private static OnnxNode AsymmetricResize(OnnxNode node, string scales) =>
        new("Resize", [node.Inputs[0], "", scales], node.Outputs, node.Name)
        {
            Attributes = new Dictionary<string, object>
            {
                ["mode"] = node.Attributes.GetValueOrDefault("mode", "nearest"),
                ["coordinate_transformation_mode"] = "asymmetric",
                ["nearest_mode"] = "floor",
            },
        };

    /// <summary>The names and number of the training statistics have changed; the first output is the same.</summary>
    private OnnxNode[]? BatchNormalization(OnnxNode node) =>
        _opset >= 14 ? [node]
        : node.Outputs.Count > 1 || node.Attributes.GetValueOrDefault("spatial") is 0L ? null
        : [node with { Attributes = node.Attributes.Where(pair => pair.Key != "spatial").ToDictionary() }];

    /// <summary>Turns an attribute into an input after the first.</summary>
    private OnnxNode WithInputs(OnnxNode node, params string[] attributes)
    {
        List<string> inputs = [node.Inputs[0]];
        foreach (var attribute in attributes)
        {
            inputs.Add(node.Attributes.GetValueOrDefault(attribute) is { } value ? Store($"{node.Outputs[0]}.{attribute}", value) : "");
        }

        while (inputs[^1].Length == 0)
        {
            inputs.RemoveAt(inputs.Count - 1);
        }

        return node with
        {
            Inputs = inputs,
            Attributes = node.Attributes.Where(pair => !attributes.Contains(pair.Key)).ToDictionary(),
        };
    }

    private static OnnxNode With(OnnxNode node, string attribute, object value) =>
        node with
        {
            Attributes = new Dictionary<string, object>(node.Attributes) { [attribute] = value },
        };

    private string Store(string name, object value)
    {
        var (type, bytes, shape) = value switch
        {
            long[] numbers => (OnnxType.Int64, MemoryMarshal.AsBytes<long>(numbers).ToArray(), (long[])[numbers.Length]),
            float[] numbers => (OnnxType.Float, MemoryMarshal.AsBytes<float>(numbers).ToArray(), [numbers.Length]),
            long number => (OnnxType.Int64, BitConverter.GetBytes(number), [1]),
            float number => (OnnxType.Float, BitConverter.GetBytes(number), []),
            _ => throw new InvalidDataException($"{name} is neither a number nor a list of numbers."),
        };
        _added.Add(new OnnxTensor(Name(name), type, shape, bytes));
        return _added[^1].Name;
    }

    private string Name(string wanted)
    {
        var name = wanted;
        for (var i = 1; !_names.Add(name); i++)
        {
            name = $"{wanted}.{i}";
        }

        return name;
    }
}
