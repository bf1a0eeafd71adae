using System.Runtime.InteropServices;

namespace EmbedPlatform.Inference.Onnx.Quantization;

/// <summary>The graph that is being written: nodes in order, stored tensors, and the pieces that every quantised product shares.</summary>
internal sealed class Int8Graph
{
    private readonly Dictionary<string, string> _shared = [];
    private readonly HashSet<string> _stored = [];

    public List<OnnxNode> Nodes { get; } = [];

    public List<OnnxTensor> Initializers { get; } = [];

    public string Add(string kind, string[] inputs, string output, string domain = "", params (string Name, object Value)[] attributes)
    {
        Nodes.Add(new OnnxNode(kind, inputs, [output], $"int8/{output}", domain) { Attributes = attributes.ToDictionary(a => a.Name, a => a.Value) });
        return output;
    }

    /// <summary>Adds a value once, however often it is asked for.</summary>
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
