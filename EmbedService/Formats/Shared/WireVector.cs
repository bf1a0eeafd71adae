using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.EmbedService.Formats.Shared;

internal enum VectorEncoding
{
    /// <summary>JSON numbers, each the shortest that parses to the same float.</summary>
    Float,

    /// <summary>Base64 of the floats, 4 bytes each, least significant first.</summary>
    Base64,

    /// <summary>
    /// Base64 of one signed byte per dimension: the float divided by the scale (the greatest magnitude / 127), rounded half away from 0.
    /// </summary>
    Int8,

    /// <summary>
    /// Base64 of one bit per dimension, 1 for a float above 0, the first dimension in the highest bit of the first byte; padded with 0
    /// (pgvector's <c>binary_quantize</c>).
    /// </summary>
    Binary,
}

/// <summary>A vector of an answer, written from the model's floats without an intermediate copy.</summary>
[JsonConverter(typeof(WireVectorConverter))]
internal readonly record struct WireVector(float[] Values, VectorEncoding Encoding)
{
    /// <summary>The factor of an int8 vector's numbers; null for other encodings.</summary>
    public float? Scale => Encoding == VectorEncoding.Int8 ? ScaleOf(Values) : null;

    internal static float ScaleOf(ReadOnlySpan<float> values) => Math.Abs(TensorPrimitives.MaxMagnitude(values)) / 127;
}

internal sealed class WireVectorConverter : JsonConverter<WireVector>
{
    private const int MaxStackBytes = 4096;

    public override WireVector Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Vectors are only written.");

    public override void Write(Utf8JsonWriter writer, WireVector value, JsonSerializerOptions options)
    {
        var values = value.Values.AsSpan();
        switch (value.Encoding)
        {
            case VectorEncoding.Base64:
                WriteFloats(writer, values);
                break;
            case VectorEncoding.Int8:
                WriteBytes(writer, values);
                break;
            case VectorEncoding.Binary:
                WriteBits(writer, values);
                break;
            default:
                WriteNumbers(writer, values);
                break;
        }
    }

    private static void WriteNumbers(Utf8JsonWriter writer, ReadOnlySpan<float> values)
    {
        var text = ArrayPool<byte>.Shared.Rent((values.Length * VectorText.MaxBytes) + 2);
        writer.WriteRawValue(text.AsSpan(0, VectorText.Write(values, text)), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(text);
    }

    private static void WriteFloats(Utf8JsonWriter writer, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            writer.WriteBase64StringValue(MemoryMarshal.AsBytes(values));
            return;
        }

        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        writer.WriteBase64StringValue(bytes);
    }

    private static void WriteBytes(Utf8JsonWriter writer, ReadOnlySpan<float> values)
    {
        var bytes = values.Length <= MaxStackBytes ? stackalloc byte[values.Length] : new byte[values.Length];
        var scale = WireVector.ScaleOf(values);
        for (var i = 0; i < values.Length; i++)
        {
            bytes[i] =
                scale == 0 ? (byte)0 : (byte)(sbyte)Math.Clamp(MathF.Round(values[i] / scale, MidpointRounding.AwayFromZero), -127, 127);
        }

        writer.WriteBase64StringValue(bytes);
    }

    private static void WriteBits(Utf8JsonWriter writer, ReadOnlySpan<float> values)
    {
        var length = (values.Length + 7) / 8;
        var bytes = length <= MaxStackBytes ? stackalloc byte[length] : new byte[length];
        bytes.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] > 0)
            {
                bytes[i >> 3] |= (byte)(0x80 >> (i & 7));
            }
        }

        writer.WriteBase64StringValue(bytes);
    }
}
