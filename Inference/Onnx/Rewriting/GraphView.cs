using System.Runtime.InteropServices;

namespace EmbedPlatform.Inference.Onnx.Rewriting;

/// <summary>An index of a graph: producers, consumers and constants. A snapshot of the graph at the time of construction.</summary>
internal sealed class GraphView
{
    private readonly Dictionary<string, OnnxNode> _producers = [];
    private readonly Dictionary<string, List<OnnxNode>> _consumers = [];
    private readonly Dictionary<string, OnnxTensor> _constants = [];
    private readonly HashSet<string> _outputs;

    public GraphView(OnnxModel model)
    {
        _outputs = [.. model.Outputs.Select(output => output.Name)];
        foreach (var tensor in model.Initializers)
        {
            _constants[tensor.Name] = tensor;
        }

        foreach (var node in model.Nodes)
        {
            foreach (var output in node.Outputs)
            {
                _producers[output] = node;
            }

            foreach (var input in node.Inputs.Distinct())
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_consumers, input, out _) ??= []).Add(node);
            }
        }
    }

    /// <summary>The node that produces a value if it is one of these operators (any if none is given); otherwise null.</summary>
    public OnnxNode? Producer(string value, params ReadOnlySpan<string> operators) =>
        _producers.TryGetValue(value, out var node) && (operators.IsEmpty || operators.Contains(node.Operator)) ? node : null;

    public IReadOnlyList<OnnxNode> Consumers(string value) => _consumers.GetValueOrDefault(value) ?? [];

    /// <summary>Whether a node consumes a value or it is an output of the graph.</summary>
    public bool IsUsed(string value) => value.Length > 0 && (_consumers.ContainsKey(value) || _outputs.Contains(value));

    /// <summary>The only consumer of a value, if it is one of these operators and the value is not an output of the graph.</summary>
    public OnnxNode? OnlyConsumer(string value, params ReadOnlySpan<string> operators) =>
        !_outputs.Contains(value) && Consumers(value) is [var node] && operators.Contains(node.Operator) ? node : null;

    public OnnxTensor? Constant(string value) => _constants.GetValueOrDefault(value);

    /// <summary>A constant of one float; null for anything else.</summary>
    public float? Scalar(string value) =>
        Constant(value) is { Type: OnnxType.Float, Data.Length: 4 } tensor ? MemoryMarshal.Read<float>(tensor.Data.Span) : null;

    /// <summary>A constant of integers; null for anything else.</summary>
    public long[]? Integers(string value) =>
        Constant(value) is { Type: OnnxType.Int64, External: null } tensor
            ? MemoryMarshal.Cast<byte, long>(tensor.Data.Span).ToArray()
            : null;

    /// <summary>The other input of a node with two.</summary>
    public static string Other(OnnxNode node, string input) => node.Inputs[0] == input ? node.Inputs[1] : node.Inputs[0];

    /// <summary>The input of a commutative node that is a constant of one float near a number; returns the other input.</summary>
    public string? BesideScalar(OnnxNode? node, float expected)
    {
        if (node is not { Inputs.Count: 2 })
        {
            return null;
        }

        for (var i = 0; i < 2; i++)
        {
            if (Scalar(node.Inputs[i]) is { } number && MathF.Abs(number - expected) <= 1e-4f * MathF.Max(1, MathF.Abs(expected)))
            {
                return node.Inputs[1 - i];
            }
        }

        return null;
    }
}
