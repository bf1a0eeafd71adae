using System.Runtime.InteropServices;

namespace EmbedPlatform.Inference.Onnx;

/// <summary>The older way of storing a tensor: numbers in typed fields instead of raw bytes.</summary>
internal sealed class TypedTensorFields
{
    public List<float> Floats { get; } = [];

    public List<long> Integers { get; } = [];

    public byte[] ToBytes(OnnxType type) =>
        type switch
        {
            OnnxType.Float => Bytes(Floats.ToArray()),
            OnnxType.Int64 => Bytes(Integers.ToArray()),
            OnnxType.Int32 => Bytes(Integers.ConvertAll(value => (int)value).ToArray()),
            OnnxType.Int8 => Bytes(Integers.ConvertAll(value => (sbyte)value).ToArray()),
            OnnxType.UInt8 or OnnxType.Bool => [.. Integers.ConvertAll(value => (byte)value)],
            OnnxType.Float16 or OnnxType.BFloat16 => Bytes(Integers.ConvertAll(value => (ushort)value).ToArray()),
            _ => [],
        };

    private static byte[] Bytes<T>(T[] values)
        where T : struct => MemoryMarshal.AsBytes<T>(values).ToArray();
}
