using System.Text;

namespace EmbedPlatform.Bench.Engine.Llama;

/// <summary>Writes a GGUF file, version 3 (docs/gguf.md of ggml): metadata, the list of tensors, their data aligned to 32 bytes.</summary>
internal sealed class GgufWriter
{
    private const int Alignment = 32;

    private readonly List<Action<BinaryWriter>> _metadata = [];
    private readonly List<Tensor> _tensors = [];

    private enum ValueType : uint
    {
        UInt32 = 4,
        Int32 = 5,
        Float32 = 6,
        Bool = 7,
        String = 8,
        Array = 9,
    }

    public GgufWriter Add(string key, uint value) => Add(key, ValueType.UInt32, writer => writer.Write(value));

    public GgufWriter Add(string key, float value) => Add(key, ValueType.Float32, writer => writer.Write(value));

    public GgufWriter Add(string key, bool value) => Add(key, ValueType.Bool, writer => writer.Write(value));

    public GgufWriter Add(string key, string value) => Add(key, ValueType.String, writer => WriteText(writer, value));

    public GgufWriter Add(string key, IReadOnlyList<string> values) => AddList(key, ValueType.String, values, WriteText);

    public GgufWriter Add(string key, IReadOnlyList<int> values) =>
        AddList(key, ValueType.Int32, values, (writer, value) => writer.Write(value));

    /// <summary>Adds a tensor; the shape begins with the axis that lies densest, as GGUF counts.</summary>
    public GgufWriter Add(string name, long[] shape, TensorType type, ReadOnlySpan<float> values)
    {
        _tensors.Add(
            new Tensor(
                name,
                shape,
                type,
                type == TensorType.Q8 ? Q8Blocks.Encode(values) : System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).ToArray()
            )
        );
        return this;
    }

    public void Save(string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_metadata.Count);
        _metadata.ForEach(entry => entry(writer));

        var offset = 0UL;
        foreach (var tensor in _tensors)
        {
            WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            Array.ForEach(tensor.Shape, size => writer.Write((ulong)size));
            writer.Write((uint)tensor.Type);
            writer.Write(offset);
            offset += (ulong)Aligned(tensor.Data.Length);
        }

        foreach (var tensor in _tensors)
        {
            Pad(writer);
            writer.Write(tensor.Data);
        }

        Pad(writer);
    }

    private static long Aligned(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        writer.Write(new byte[Aligned(writer.BaseStream.Position) - writer.BaseStream.Position]);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private GgufWriter Add(string key, ValueType type, Action<BinaryWriter> value)
    {
        _metadata.Add(writer =>
        {
            WriteText(writer, key);
            writer.Write((uint)type);
            value(writer);
        });
        return this;
    }

    private GgufWriter AddList<T>(string key, ValueType type, IReadOnlyList<T> values, Action<BinaryWriter, T> write) =>
        Add(
            key,
            ValueType.Array,
            writer =>
            {
                writer.Write((uint)type);
                writer.Write((ulong)values.Count);
                foreach (var value in values)
                {
                    write(writer, value);
                }
            }
        );

    private sealed record Tensor(string Name, long[] Shape, TensorType Type, byte[] Data);
}

/// <summary>The numeric form of a tensor, with ggml's numbers.</summary>
internal enum TensorType : uint
{
    Float32 = 0,
    Q8 = 8,
}
