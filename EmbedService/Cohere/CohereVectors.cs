using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;

namespace EmbedPlatform.EmbedService.Cohere;

/// <summary>How Cohere's API writes a vector.</summary>
internal enum CohereType
{
    /// <summary>A list of numbers.</summary>
    Float,

    /// <summary>A list of whole numbers from -127 to 127: the floats times 127 / their greatest magnitude, which keeps the cosine.</summary>
    Int8,

    /// <summary>The same plus 128, from 1 to 255.</summary>
    UInt8,

    /// <summary>The signs, 1 where the float is above 0, eight to a number from -128 to 127: that of <see cref="UBinary"/> minus 128.</summary>
    Binary,

    /// <summary>The signs, eight to a number from 0 to 255, the first dimension in the highest bit.</summary>
    UBinary,

    /// <summary>Base64 of the floats, 4 bytes each, least significant first.</summary>
    Base64,
}

/// <summary>The vectors of an answer in one of the types.</summary>
[JsonConverter(typeof(CohereVectorsConverter))]
internal sealed record CohereVectors(IReadOnlyList<float[]> Values, CohereType Type);

/// <summary>Writes vectors straight from the model's floats.</summary>
internal sealed class CohereVectorsConverter : JsonConverter<CohereVectors>
{
    private static readonly WireVectorConverter Whole = new();

    public override CohereVectors Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Only written.");

    public override void Write(Utf8JsonWriter writer, CohereVectors value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var vector in value.Values)
        {
            switch (value.Type)
            {
                case CohereType.Float:
                    Whole.Write(writer, new WireVector(vector, VectorEncoding.Float), options);
                    break;
                case CohereType.Base64:
                    Whole.Write(writer, new WireVector(vector, VectorEncoding.Base64), options);
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
            writer.WriteNumberValue(offset + (scale == 0 ? 0 : (int)Math.Clamp(MathF.Round(number / scale, MidpointRounding.AwayFromZero), -127, 127)));
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
