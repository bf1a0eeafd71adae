using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.RerankService.Formats.Cohere;

/// <summary>A document: a string, or an object with text fields.</summary>
/// <param name="Text">The string; null for an object.</param>
/// <param name="Fields">The object's fields, null for those that are not strings; null for a string.</param>
[JsonConverter(typeof(CohereDocumentConverter))]
internal sealed record CohereDocument(string? Text, IReadOnlyDictionary<string, string?>? Fields)
{
    /// <summary>
    /// The text to score: the given fields, one per line, without those that the object lacks; null if the value is neither form.
    /// </summary>
    public string? RankedText(IReadOnlyList<string> fields) =>
        Text
        ?? (
            Fields is null
                ? null
                : string.Join('\n', fields.Select(field => Fields.GetValueOrDefault(field)).Where(text => text is not null))
        );
}

/// <summary>Reads both forms. Anything else becomes a document without text, which validation reports by its index.</summary>
internal sealed class CohereDocumentConverter : JsonConverter<CohereDocument>
{
    public override bool HandleNull => true;

    public override CohereDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new CohereDocument(reader.GetString(), Fields: null);
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return new CohereDocument(Text: null, Fields: null);
        }

        var fields = new Dictionary<string, string?>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            fields[name] = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }

        return new CohereDocument(Text: null, fields);
    }

    /// <summary>Answers hold objects only: a string becomes <c>{"text"}</c>, and an object keeps its strings.</summary>
    public override void Write(Utf8JsonWriter writer, CohereDocument value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Fields is null)
        {
            writer.WriteString("text", value.Text);
        }

        foreach (var (name, text) in value.Fields ?? new Dictionary<string, string?>())
        {
            if (text is not null)
            {
                writer.WriteString(name, text);
            }
        }

        writer.WriteEndObject();
    }
}
