namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>The number of axes of the graph's values, as far as its operators and input shapes determine it.</summary>
internal sealed class TensorRanks
{
    private static readonly HashSet<string> Kept =
    [
        "Abs",
        "BatchNormalization",
        "BiasGelu",
        "Cast",
        "Ceil",
        "Clip",
        "Concat",
        "CumSum",
        "Dropout",
        "Elu",
        "Erf",
        "Exp",
        "FastGelu",
        "Floor",
        "Gelu",
        "Hardmax",
        "HardSigmoid",
        "HardSwish",
        "Identity",
        "LayerNormalization",
        "LeakyRelu",
        "Log",
        "LogSoftmax",
        "Neg",
        "Not",
        "Pad",
        "Reciprocal",
        "Relu",
        "Resize",
        "Round",
        "Scatter",
        "ScatterElements",
        "ScatterND",
        "Selu",
        "Sigmoid",
        "Sign",
        "SimplifiedLayerNormalization",
        "Slice",
        "Softmax",
        "Softplus",
        "Softsign",
        "Split",
        "Sqrt",
        "Tanh",
        "Tile",
        "TopK",
        "Transpose",
        "Trilu",
        "Upsample",
    ];

    private static readonly HashSet<string> Broadcast =
    [
        "Add",
        "And",
        "Div",
        "Equal",
        "Greater",
        "GreaterOrEqual",
        "Less",
        "LessOrEqual",
        "Max",
        "Mean",
        "Min",
        "Mod",
        "Mul",
        "Or",
        "Pow",
        "PRelu",
        "Sub",
        "Sum",
        "Where",
        "Xor",
    ];

    private readonly GraphView _view;
    private readonly Dictionary<string, int> _ranks = [];

    public TensorRanks(OnnxModel model, GraphView view)
    {
        _view = view;

        // A shape without axes is that of a single number, or unknown.
        foreach (var input in model.Inputs.Where(input => input.Shape.Count > 0))
        {
            _ranks[input.Name] = input.Shape.Count;
        }

        foreach (var tensor in model.Initializers)
        {
            _ranks[tensor.Name] = tensor.Shape.Count;
        }

        foreach (var node in model.Nodes)
        {
            if (Result(node) is { } rank)
            {
                foreach (var output in node.Outputs)
                {
                    _ranks[output] = rank;
                }
            }
        }
    }

    /// <returns>Null if it is unknown.</returns>
    public int? Of(string value) => _ranks.TryGetValue(value, out var rank) ? rank : null;

    /// <summary>Whether an axis, counted from either end, is a value's last; null if it is unknown.</summary>
    public bool? IsLast(long axis, string value) =>
        axis < 0 ? axis == -1
        : Of(value) is { } rank ? axis == rank - 1
        : null;

    private int? Result(OnnxNode node)
    {
        var first = node.Inputs.Count > 0 ? Of(node.Inputs[0]) : null;
        return node.Operator switch
        {
            _ when Kept.Contains(node.Operator) => first,
            _ when Broadcast.Contains(node.Operator) => Greatest(node.Inputs),
            _ when node.Operator.StartsWith("Reduce", StringComparison.Ordinal) => Reduced(node, first),
            "MatMul" => Product(first, Of(node.Inputs[1])),
            "Gemm" or "Flatten" or "NonZero" => 2,
            "Shape" or "Range" => 1,
            "Size" => 0,
            "Gather" => first + Of(node.Inputs[1]) - 1,
            "Reshape" => Length(node.Inputs[1]),
            "ConstantOfShape" => Length(node.Inputs[0]),
            "Expand" => first is { } rank && Length(node.Inputs[1]) is { } length ? Math.Max(rank, length) : null,
            "Unsqueeze" => first + Axes(node),
            "Squeeze" => first - Axes(node),
            _ => null,
        };
    }

    private int? Greatest(IReadOnlyList<string> inputs)
    {
        int? greatest = 0;
        foreach (var input in inputs)
        {
            greatest = Of(input) is { } rank && greatest is { } before ? Math.Max(before, rank) : null;
        }

        return greatest;
    }

    private static int? Product(int? a, int? b) =>
        (a, b) switch
        {
            (null, _) or (_, null) or (0, _) or (_, 0) => null,
            (1, _) => b - 1,
            (_, 1) => a - 1,
            _ => Math.Max(a.Value, b.Value),
        };

    private int? Reduced(OnnxNode node, int? rank) =>
        node.Attributes.GetValueOrDefault("keepdims") is null or 1L ? rank : rank - (Axes(node) ?? (HasAxes(node) ? null : rank));

    private static bool HasAxes(OnnxNode node) => node.Inputs.Count > 1 && node.Inputs[1].Length > 0;

    private int? Axes(OnnxNode node) =>
        node.Attributes.GetValueOrDefault("axes") is long[] axes ? axes.Length
        : HasAxes(node) ? _view.Integers(node.Inputs[1])?.Length
        : null;

    /// <summary>The length of a list of sizes.</summary>
    private int? Length(string sizes)
    {
        if (_view.Constant(sizes) is { } stored)
        {
            return stored.Shape is [var count] ? (int)count : null;
        }

        return _view.Producer(sizes) switch
        {
            { Operator: "Shape", Attributes.Count: 0 } shape => Of(shape.Inputs[0]),
            { Operator: "Cast" or "Identity" } same => Length(same.Inputs[0]),
            { Operator: "Unsqueeze" } one when Of(one.Inputs[0]) == 0 => 1,
            { Operator: "Gather" } gather when Of(gather.Inputs[1]) == 1 => Length(gather.Inputs[1]),
            { Operator: "Concat" } concat => concat.Inputs.Aggregate((int?)0, (sum, part) => sum + Length(part)),
            _ => null,
        };
    }
}
