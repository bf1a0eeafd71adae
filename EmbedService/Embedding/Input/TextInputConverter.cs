using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.EmbedService.Embedding.Input;

/// <summary>Reads a <see cref="TextInput"/>; only what is no JSON at all throws.</summary>
internal sealed class TextInputConverter : JsonConverter<TextInput>
{
    private const int MostWrong = 20;

    public override TextInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Text(ref reader) is { } text ? TextInput.Of(text) : Wrong("", "is not valid Unicode");
            case JsonTokenType.StartArray:
                reader.Read();
                return reader.TokenType switch
                {
                    JsonTokenType.EndArray => TextInput.Of([]),
                    JsonTokenType.Number => OneOfIds(ref reader),
                    JsonTokenType.StartArray => ManyOfIds(ref reader),
                    _ => Strings(ref reader),
                };
            default:
                reader.Skip();
                return Wrong("", "must be a string, a list of strings, a list of token ids, or a list of such lists");
        }
    }

    public override void Write(Utf8JsonWriter writer, TextInput value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Only read.");

    private static TextInput Strings(ref Utf8JsonReader reader)
    {
        var (texts, wrong, i) = (new List<string>(), new List<(string Path, string Message)>(), 0);
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read(), i++)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                if (Text(ref reader) is { } text)
                {
                    texts.Add(text);
                }
                else
                {
                    Note(wrong, $"[{i}]", "is not valid Unicode");
                }
            }
            else
            {
                reader.Skip();
                Note(wrong, $"[{i}]", "must be a string");
            }
        }

        return wrong.Count > 0 ? TextInput.OfWrong(wrong) : TextInput.Of(texts);
    }

    private static TextInput OneOfIds(ref Utf8JsonReader reader)
    {
        var wrong = new List<(string Path, string Message)>();
        var ids = Ids(ref reader, "", wrong);
        return wrong.Count > 0 ? TextInput.OfWrong(wrong) : TextInput.OfIds(ids);
    }

    private static TextInput ManyOfIds(ref Utf8JsonReader reader)
    {
        var (all, wrong, i) = (new List<int[]>(), new List<(string Path, string Message)>(), 0);
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read(), i++)
        {
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                reader.Read();
                all.Add(Ids(ref reader, $"[{i}]", wrong));
            }
            else
            {
                reader.Skip();
                Note(wrong, $"[{i}]", "must be a list of token ids");
            }
        }

        return wrong.Count > 0 ? TextInput.OfWrong(wrong) : TextInput.OfIds(all);
    }

    /// <summary>Reads from the first id to the end of the list.</summary>
    private static int[] Ids(ref Utf8JsonReader reader, string path, List<(string Path, string Message)> wrong)
    {
        var (ids, i) = (new List<int>(), 0);
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read(), i++)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var id))
            {
                ids.Add(id);
            }
            else
            {
                reader.Skip();
                Note(wrong, $"{path}[{i}]", "must be a token id, a whole number");
            }
        }

        return [.. ids];
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static TextInput Wrong(string path, string message) => TextInput.OfWrong([(path, message)]);

    private static void Note(List<(string Path, string Message)> wrong, string path, string message)
    {
        if (wrong.Count < MostWrong)
        {
            wrong.Add((path, message));
        }
    }
}
