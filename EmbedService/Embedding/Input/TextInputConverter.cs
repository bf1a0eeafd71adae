using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.EmbedService.Embedding.Input;

/// <summary>Keeps unexpected JSON as errors of the <see cref="TextInput"/>; only invalid JSON throws.</summary>
internal sealed class TextInputConverter : JsonConverter<TextInput>
{
    private const int MaxErrors = 20;

    public override TextInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Text(ref reader) is { } text ? TextInput.From(text) : Invalid("", "is not valid Unicode");
            case JsonTokenType.StartArray:
                reader.Read();
                return reader.TokenType switch
                {
                    JsonTokenType.EndArray => TextInput.From([]),
                    JsonTokenType.Number => OneOfIds(ref reader),
                    JsonTokenType.StartArray => ManyOfIds(ref reader),
                    _ => Strings(ref reader),
                };
            default:
                reader.Skip();
                return Invalid("", "must be a string, a list of strings, a list of token ids, or a list of such lists");
        }
    }

    public override void Write(Utf8JsonWriter writer, TextInput value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Inputs are only read.");

    private static TextInput Strings(ref Utf8JsonReader reader)
    {
        var (texts, errors, i) = (new List<string>(), new List<(string Path, string Message)>(), 0);
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
                    AddError(errors, $"[{i}]", "is not valid Unicode");
                }
            }
            else
            {
                reader.Skip();
                AddError(errors, $"[{i}]", "must be a string");
            }
        }

        return errors.Count > 0 ? TextInput.Invalid(errors) : TextInput.From(texts);
    }

    private static TextInput OneOfIds(ref Utf8JsonReader reader)
    {
        var errors = new List<(string Path, string Message)>();
        var ids = Ids(ref reader, "", errors);
        return errors.Count > 0 ? TextInput.Invalid(errors) : TextInput.FromIds(ids);
    }

    private static TextInput ManyOfIds(ref Utf8JsonReader reader)
    {
        var (all, errors, i) = (new List<int[]>(), new List<(string Path, string Message)>(), 0);
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read(), i++)
        {
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                reader.Read();
                all.Add(Ids(ref reader, $"[{i}]", errors));
            }
            else
            {
                reader.Skip();
                AddError(errors, $"[{i}]", "must be a list of token ids");
            }
        }

        return errors.Count > 0 ? TextInput.Invalid(errors) : TextInput.FromIds(all);
    }

    /// <summary>Reads to the end of the list, starting at its first id.</summary>
    private static int[] Ids(ref Utf8JsonReader reader, string path, List<(string Path, string Message)> errors)
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
                AddError(errors, $"{path}[{i}]", "must be a token id, a whole number");
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

    private static TextInput Invalid(string path, string message) => TextInput.Invalid([(path, message)]);

    private static void AddError(List<(string Path, string Message)> errors, string path, string message)
    {
        if (errors.Count < MaxErrors)
        {
            errors.Add((path, message));
        }
    }
}
