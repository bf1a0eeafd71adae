using System.Text;
using System.Text.Json;

namespace EmbedPlatform.ModelServiceTests;

/// <summary>
/// Writes a JSON text as its shape: names in order, one element per array, long strings and lists of numbers by their length.
/// </summary>
public static class JsonShape
{
    private const int LongString = 24;

    public static string Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        var shape = new StringBuilder();
        Write(document.RootElement, shape);
        return shape.ToString();
    }

    private static void Write(JsonElement value, StringBuilder shape)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                shape.Append('{');
                shape.AppendJoin(", ", value.EnumerateObject().Select(property => $"\"{property.Name}\": {Text(property.Value)}"));
                shape.Append('}');
                break;
            case JsonValueKind.Array
                when value.GetArrayLength() > 3 && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number):
                shape.Append('[').Append(value.GetArrayLength()).Append(" numbers]");
                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                var kinds = value.EnumerateArray().Select(Text).Distinct().ToArray();
                shape
                    .Append('[')
                    .AppendJoin(", ", kinds.Take(2))
                    .Append(kinds.Length > 2 || value.GetArrayLength() > kinds.Length ? ", …]" : "]");
                break;
            case JsonValueKind.Number:
                shape.Append("number");
                break;
            case JsonValueKind.String when value.GetString()!.Length > LongString:
                shape.Append("string");
                break;
            default:
                shape.Append(value.GetRawText());
                break;
        }
    }

    private static string Text(JsonElement value)
    {
        var shape = new StringBuilder();
        Write(value, shape);
        return shape.ToString();
    }
}
