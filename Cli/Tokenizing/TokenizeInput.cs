using System.Text.Json;

namespace EmbedPlatform.Cli.Tokenizing;

/// <summary>One line of input: <c>{"text": ..., "pair"?: ...}</c>; other fields are ignored.</summary>
/// <param name="Text">The text, or a pair's first text.</param>
/// <param name="Pair">A pair's second text; null if there is none.</param>
internal readonly record struct TokenizeInput(string? Text, string? Pair)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Parses a line, which may begin with a byte order mark.</summary>
    /// <param name="line">The line, UTF-8.</param>
    /// <param name="problem">The error; null if the line is valid.</param>
    public static TokenizeInput Parse(ReadOnlySpan<byte> line, out string? problem)
    {
        try
        {
            var json = new Utf8JsonReader(line.StartsWith(ByteOrderMark) ? line[ByteOrderMark.Length..] : line);
            json.Read();
            var input = json.TokenType == JsonTokenType.StartObject ? ReadFields(ref json) : default;
            problem = json.TokenType != JsonTokenType.EndObject || json.Read() ? "not a JSON object" : null;
            return input;
        }
        catch (FieldException exception)
        {
            problem = exception.Message;
            return default;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            problem = "not a JSON object";
            return default;
        }
    }

    private static TokenizeInput ReadFields(ref Utf8JsonReader json)
    {
        string? text = null,
            pair = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("text"u8))
            {
                text = ReadText(ref json, "text");
            }
            else if (json.ValueTextEquals("pair"u8))
            {
                pair = ReadText(ref json, "pair");
            }
            else
            {
                json.Skip();
            }
        }

        return text is null ? throw new FieldException("\"text\" is missing") : new TokenizeInput(text, pair);
    }

    private static string? ReadText(ref Utf8JsonReader json, string field)
    {
        json.Read();
        return json.TokenType switch
        {
            JsonTokenType.String => Decode(ref json, field),
            JsonTokenType.Null => null,
            _ => throw new FieldException($"\"{field}\" is not a string"),
        };
    }

    private static string? Decode(ref Utf8JsonReader json, string field)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new FieldException($"\"{field}\" is not valid Unicode (an unpaired surrogate, or bytes that are not UTF-8)");
        }
    }

    private sealed class FieldException(string message) : Exception(message);
}
