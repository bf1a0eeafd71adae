using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.RerankService.Cohere;

/// <summary>A document: a string, or an object of strings of which some fields are ranked.</summary>
/// <param name="Text">The string; null where it is an object.</param>
/// <param name="Fields">The object's fields, null for those that are no strings; null where the document is a string.</param>
[JsonConverter(typeof(CohereDocumentConverter))]
internal sealed record CohereDocument(string? Text, IReadOnlyDictionary<string, string?>? Fields)
{
    /// <summary>The text that is ranked: the named fields one per line, in their order; those that the object lacks are left out.</summary>
    /// <returns>Null where there is none.</returns>
    public string? Ranked(IReadOnlyList<string> fields) =>
        Text ?? (Fields is null ? null : string.Join('\n', fields.Select(field => Fields.GetValueOrDefault(field)).Where(text => text is not null)));
}

/// <summary>Reads both forms; anything else is a document without text, which validation names by its index.</summary>
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

    /// <summary>An object as it came (its strings), and a string as <c>{"text"}</c>: the answer's documents are always objects.</summary>
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
