using System.Runtime.InteropServices;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>The graph that is being written: nodes in order, stored tensors, and the pieces that every quantised product shares.</summary>
/// <param name="opset">The version of ONNX's own operators that the graph uses.</param>
internal sealed class Int8Graph(long opset)
{
    private readonly Dictionary<string, string> _shared = [];
    private readonly HashSet<string> _stored = [];

    public List<OnnxNode> Nodes { get; } = [];

    public List<OnnxTensor> Initializers { get; } = [];

    public string Add(string kind, string[] inputs, string output, string domain = "", params (string Name, object Value)[] attributes)
    {
        Nodes.Add(
            new OnnxNode(kind, inputs, [output], $"int8/{output}", domain)
            {
                Attributes = attributes.ToDictionary(a => a.Name, a => a.Value),
            }
        );
        return output;
    }

    /// <summary>The greatest number of each row, as a column. From opset 18 on the axes are an input.</summary>
    public string RowMaximum(string input, string output) =>
        opset >= 18
            ? Add("ReduceMax", [input, Integers("last", -1)], output, "", ("keepdims", 1L))
            : Add("ReduceMax", [input], output, "", ("axes", new[] { -1L }), ("keepdims", 1L));

    /// <summary>Adds a value on the first request and reuses it afterwards.</summary>
    public string Once(string key, Func<string, string> create) =>
        _shared.TryGetValue(key, out var name) ? name : _shared[key] = create(key);

    public string Store(string name, OnnxType type, ReadOnlyMemory<byte> data, params long[] shape)
    {
        if (_stored.Add(name))
        {
            Initializers.Add(new OnnxTensor(name, type, shape, data));
        }

        return name;
    }

    public string Floats(string name, float[] values, params long[] shape) =>
        Store(name, OnnxType.Float, MemoryMarshal.AsBytes<float>(values).ToArray(), shape);

    public string Integers(string name, params long[] values) =>
        Store(name, OnnxType.Int64, MemoryMarshal.AsBytes<long>(values).ToArray(), values.Length);

    public string Byte(string name, byte value) => Store(name, OnnxType.UInt8, new[] { value });

    public string Float(string name, float value) => Floats(name, [value]);
}
