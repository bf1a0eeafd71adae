namespace EmbedPlatform.Inference.Onnx;

/// <summary>An ONNX model in memory: the part of onnx.proto3's ModelProto that transformers need.</summary>
public sealed class OnnxModel
{
    /// <summary>The version of the file format; 8 is read by every ONNX Runtime since 1.10.</summary>
    public long IrVersion { get; set; } = 8;

    /// <summary>The operator set of each domain; the empty name is ONNX's own.</summary>
    public Dictionary<string, long> Opsets { get; } = [];

    /// <summary>The program that wrote the file.</summary>
    public string Producer { get; set; } = "EmbedPlatform";

    /// <summary>The metadata: pairs of text.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>The graph's name.</summary>
    public string Name { get; set; } = "graph";

    /// <summary>The operations, in topological order.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>The weights and constants.</summary>
    public List<OnnxTensor> Initializers { get; } = [];

    /// <summary>The inputs; older files also list their initializers here.</summary>
    public List<OnnxValue> Inputs { get; } = [];

    /// <summary>The outputs of the graph.</summary>
    public List<OnnxValue> Outputs { get; } = [];

    /// <summary>The inputs that a caller must provide: those without a stored value.</summary>
    public IEnumerable<OnnxValue> RequiredInputs => Inputs.Where(input => Initializers.All(tensor => tensor.Name != input.Name));
}

/// <summary>The type of a tensor's elements, with ONNX's numbers (TensorProto.DataType).</summary>
public enum OnnxType
{
    /// <summary>No type.</summary>
    Undefined = 0,

    /// <summary>32-bit floating point.</summary>
    Float = 1,

    /// <summary>8-bit unsigned.</summary>
    UInt8 = 2,

    /// <summary>8-bit signed.</summary>
    Int8 = 3,

    /// <summary>32-bit signed.</summary>
    Int32 = 6,

    /// <summary>64-bit signed.</summary>
    Int64 = 7,

    /// <summary>Text.</summary>
    String = 8,

    /// <summary>True or false.</summary>
    Bool = 9,

    /// <summary>16-bit floating point.</summary>
    Float16 = 10,

    /// <summary>64-bit floating point.</summary>
    Double = 11,

    /// <summary>16-bit floating point with the range of 32-bit.</summary>
    BFloat16 = 16,
}

/// <summary>A named input or output.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">
/// One entry per axis: a number, a name for a variable size, or null if unknown; empty if the file gives no shape.
/// </param>
public sealed record OnnxValue(string Name, OnnxType Type, IReadOnlyList<OnnxDimension> Shape);

/// <summary>The size of one axis.</summary>
/// <param name="Size">The size, if it is fixed.</param>
/// <param name="Symbol">A name for a variable size.</param>
public readonly record struct OnnxDimension(long? Size, string? Symbol)
{
    /// <summary>A fixed size.</summary>
    public static implicit operator OnnxDimension(long size) => new(size, null);

    /// <summary>A variable size.</summary>
    public static implicit operator OnnxDimension(string symbol) => new(null, symbol);
}

/// <summary>A stored tensor: row major, little endian.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">The sizes; empty for a single number.</param>
/// <param name="Data">The bytes; empty if they are in another file.</param>
public sealed record OnnxTensor(string Name, OnnxType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>The location of the bytes if they are not in <see cref="Data"/>.</summary>
    public ExternalData? External { get; init; }
}

/// <summary>A part of a file next to the model.</summary>
/// <param name="Location">The file, relative to the model's folder.</param>
/// <param name="Offset">The offset of the first byte.</param>
/// <param name="Length">The number of bytes; null for all up to the end of the file.</param>
public sealed record ExternalData(string Location, long Offset, long? Length);

/// <summary>One operation.</summary>
/// <param name="Operator">The operator's name.</param>
/// <param name="Inputs">The names of the inputs; empty for an omitted optional input.</param>
/// <param name="Outputs">The names of the outputs.</param>
/// <param name="Name">The node's name.</param>
/// <param name="Domain">The operator's domain; empty is ONNX's own.</param>
public sealed record OnnxNode(
    string Operator,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    string Name = "",
    string Domain = ""
)
{
    /// <summary>
    /// The settings, by name: <see cref="long"/>, <see cref="float"/>, <see cref="string"/>, long[], float[], string[] or
    /// <see cref="OnnxTensor"/>.
    /// </summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();
}
