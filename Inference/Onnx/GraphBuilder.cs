using System.Globalization;
using System.Runtime.InteropServices;

namespace EmbedPlatform.Inference.Onnx;

/// <summary>The result of an operation, or an input or a weight, in a graph that is being built.</summary>
/// <param name="Name">The name in the graph.</param>
public readonly record struct GraphValue(string Name)
{
    /// <summary>An optional input that is not given.</summary>
    public static GraphValue None { get; } = new("");
}

/// <summary>Builds a graph operation by operation; names are generated unless given. <see cref="Build"/> returns the model.</summary>
/// <param name="name">The name of the graph.</param>
/// <param name="opset">The version of ONNX's own operators.</param>
public sealed partial class GraphBuilder(string name, long opset = 17)
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string Microsoft = "com.microsoft";

    private readonly OnnxModel _model = new() { Name = name, Opsets = { [""] = opset } };
    private readonly Dictionary<string, GraphValue> _constants = [];
    private int _next;

    /// <summary>Since version 13, some attributes of earlier operators are inputs.</summary>
    private bool AxesAreAttributes => opset < 13;

    /// <summary>The model so far. The builder can still be used afterwards.</summary>
    public OnnxModel Build() => _model;

    /// <summary>Adds a text pair to the model's metadata.</summary>
    public GraphBuilder Metadata(string key, string value)
    {
        _model.Metadata[key] = value;
        return this;
    }

    /// <summary>Adds an input.</summary>
    public GraphValue Input(string name, OnnxType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        _model.Inputs.Add(new OnnxValue(name, type, shape.ToArray()));
        return new GraphValue(name);
    }

    /// <summary>Makes a value an output of the graph under a name.</summary>
    public GraphBuilder Output(string name, GraphValue value, OnnxType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        _model.Nodes.Add(new OnnxNode("Identity", [value.Name], [name], name));
        _model.Outputs.Add(new OnnxValue(name, type, shape.ToArray()));
        return this;
    }

    /// <summary>Adds a stored tensor as it is.</summary>
    public GraphValue Weight(OnnxTensor tensor)
    {
        _model.Initializers.Add(tensor);
        return new GraphValue(tensor.Name);
    }

    /// <summary>Adds a stored tensor of floats.</summary>
    public GraphValue Weight(string name, float[] values, params long[] shape) => Weight(Tensor(name, OnnxType.Float, values, shape));

    /// <summary>Adds a stored tensor of 8-bit numbers.</summary>
    public GraphValue Weight(string name, sbyte[] values, params long[] shape) => Weight(Tensor(name, OnnxType.Int8, values, shape));

    /// <summary>A single float; equal ones are stored once.</summary>
    public GraphValue Constant(float value) =>
        Shared($"f{value.ToString("R", CultureInfo.InvariantCulture)}", key => Weight(Tensor(key, OnnxType.Float, [value], [])));

    /// <summary>A single 8-bit unsigned number; equal ones are stored once.</summary>
    public GraphValue Constant(byte value) => Shared($"u8_{value}", key => Weight(Tensor(key, OnnxType.UInt8, [value], [])));

    /// <summary>A list of integers, as shapes and axes are; equal ones are stored once.</summary>
    public GraphValue Integers(params long[] values) =>
        Shared($"i{string.Join('_', values)}", key => Weight(Tensor(key, OnnxType.Int64, values, [values.Length])));

    /// <summary>A single integer; equal ones are stored once.</summary>
    public GraphValue Integer(long value) => Shared($"s{value}", key => Weight(Tensor(key, OnnxType.Int64, [value], [])));

    /// <summary>Adds an operation with one result.</summary>
    public GraphValue Operation(
        string kind,
        ReadOnlySpan<GraphValue> inputs,
        params ReadOnlySpan<(string Name, object Value)> attributes
    ) => Operation(kind, 1, inputs, "", attributes)[0];

    /// <summary>Adds an operation of any domain with any number of results.</summary>
    public GraphValue[] Operation(
        string kind,
        int results,
        ReadOnlySpan<GraphValue> inputs,
        string domain,
        params ReadOnlySpan<(string Name, object Value)> attributes
    )
    {
        var name = $"{kind}_{_next++}";
        var outputs = new string[results];
        for (var i = 0; i < results; i++)
        {
            outputs[i] = results == 1 ? name : $"{name}.{i}";
        }

        var settings = new Dictionary<string, object>();
        foreach (var (key, value) in attributes)
        {
            settings[key] = value;
        }

        var names = new string[inputs.Length];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = inputs[i].Name;
        }

        if (domain.Length > 0)
        {
            _model.Opsets.TryAdd(domain, 1);
        }

        _model.Nodes.Add(new OnnxNode(kind, names, outputs, name, domain) { Attributes = settings });
        return Array.ConvertAll(outputs, output => new GraphValue(output));
    }

    private static OnnxTensor Tensor<T>(string name, OnnxType type, T[] values, IReadOnlyList<long> shape)
        where T : struct
    {
        var count = shape.Aggregate(1L, (product, size) => product * size);
        return count == values.Length
            ? new OnnxTensor(name, type, shape, MemoryMarshal.AsBytes<T>(values).ToArray())
            : throw new ArgumentException(
                $"{name} has {values.Length} values; its shape [{string.Join(',', shape)}] requires {count}.",
                nameof(values)
            );
    }

    private GraphValue Shared(string key, Func<string, GraphValue> create)
    {
        if (!_constants.TryGetValue(key, out var value))
        {
            _constants[key] = value = create(key);
        }

        return value;
    }
}
