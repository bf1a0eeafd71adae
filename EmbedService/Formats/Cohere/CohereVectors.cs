using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Formats.Shared;

namespace EmbedPlatform.EmbedService.Formats.Cohere;

/// <summary>The vector types of Cohere's API.</summary>
internal enum CohereType
{
    /// <summary>A list of numbers.</summary>
    Float,

    /// <summary>Integers from -127 to 127: the floats times 127 / their greatest magnitude, which preserves the cosine.</summary>
    Int8,

    /// <summary>The same plus 128, from 1 to 255.</summary>
    UInt8,

    /// <summary><see cref="UBinary"/> minus 128.</summary>
    Binary,

    /// <summary>Eight signs to a number from 0 to 255: 1 for a float above 0, the first dimension in the highest bit.</summary>
    UBinary,

    /// <summary>Base64 of the floats, 4 bytes each, least significant first.</summary>
    Base64,
}

[JsonConverter(typeof(CohereVectorsConverter))]
internal sealed record CohereVectors(IReadOnlyList<float[]> Values, CohereType Type);

/// <summary>Writes the model's floats without an intermediate copy.</summary>
internal sealed class CohereVectorsConverter : JsonConverter<CohereVectors>
{
    private static readonly WireVectorConverter Floats = new();

    public override CohereVectors Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Vectors are only written.");

    public override void Write(Utf8JsonWriter writer, CohereVectors value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var vector in value.Values)
        {
            switch (value.Type)
            {
                case CohereType.Float:
                    Floats.Write(writer, new WireVector(vector, VectorEncoding.Float), options);
                    break;
                case CohereType.Base64:
                    Floats.Write(writer, new WireVector(vector, VectorEncoding.Base64), options);
                    break;
                case CohereType.Int8 or CohereType.UInt8:
                    WriteBytes(writer, vector, value.Type == CohereType.UInt8 ? 128 : 0);
                    break;
                default:
                    WriteSigns(writer, vector, value.Type == CohereType.Binary ? -128 : 0);
                    break;
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteBytes(Utf8JsonWriter writer, float[] vector, int offset)
    {
        var scale = WireVector.ScaleOf(vector);
        writer.WriteStartArray();
        foreach (var number in vector)
        {
            var rounded = scale == 0 ? 0 : (int)MathF.Round(number / scale, MidpointRounding.AwayFromZero);
            writer.WriteNumberValue(offset + Math.Clamp(rounded, -127, 127));
        }

        writer.WriteEndArray();
    }

    private static void WriteSigns(Utf8JsonWriter writer, float[] vector, int offset)
    {
        writer.WriteStartArray();
        foreach (var eight in vector.Chunk(8))
        {
            var bits = 0;
            for (var i = 0; i < eight.Length; i++)
            {
                bits |= eight[i] > 0 ? 0x80 >> i : 0;
            }

            writer.WriteNumberValue(bits + offset);
        }

        writer.WriteEndArray();
    }
}
