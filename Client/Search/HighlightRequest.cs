using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>How a search marks the query's words. In JSON also <c>true</c> for the defaults, and <c>false</c> for none.</summary>
[JsonConverter(typeof(Converter))]
public sealed record HighlightRequest
{
    /// <summary>The text before a marked word: <c>&lt;em&gt;</c> by default, at most 100 characters. It is not escaped.</summary>
    public string? PreTag { get; init; }

    /// <summary>The text after a marked word: <c>&lt;/em&gt;</c> by default, at most 100 characters. It is not escaped.</summary>
    public string? PostTag { get; init; }

    /// <summary>Whether <c>&amp;</c>, <c>&lt;</c>, <c>&gt;</c> and quotes of the document are escaped for HTML; true by default.</summary>
    public bool? Escape { get; init; }

    /// <summary>The number of fragments of a long text, 1 to 10, 3 by default; 0 returns the text in one piece.</summary>
    public int? Fragments { get; init; }

    /// <summary>Whether hits also return where the marked words are.</summary>
    public bool? Offsets { get; init; }

    /// <summary>Converts true to the defaults, and false to none.</summary>
    public static implicit operator HighlightRequest?(bool highlight) => FromBoolean(highlight);

    /// <summary>The defaults for true, and null for false.</summary>
    public static HighlightRequest? FromBoolean(bool highlight) => highlight ? new HighlightRequest() : null;

    internal sealed class Converter : JsonConverter<HighlightRequest>
    {
        public override HighlightRequest? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
            {
                return reader.GetBoolean();
            }

            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("highlight must be true, false or an object");
            }

            var request = new HighlightRequest();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                request = name switch
                {
                    "pre_tag" when IsString(reader) => request with { PreTag = reader.GetString() },
                    "post_tag" when IsString(reader) => request with { PostTag = reader.GetString() },
                    "escape" when IsBoolean(reader) => request with { Escape = reader.GetBoolean() },
                    "offsets" when IsBoolean(reader) => request with { Offsets = reader.GetBoolean() },
                    "fragments" when reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var fragments) => request with
                    {
                        Fragments = fragments,
                    },
                    "pre_tag" or "post_tag" => throw new JsonException($"highlight.{name} must be a string"),
                    "escape" or "offsets" => throw new JsonException($"highlight.{name} must be true or false"),
                    "fragments" => throw new JsonException("highlight.fragments must be a whole number"),
                    _ => throw new JsonException($"highlight.{name} does not exist: pre_tag, post_tag, escape, fragments and offsets do"),
                };
            }

            return request;
        }

        public override void Write(Utf8JsonWriter writer, HighlightRequest value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            WriteIfSet("pre_tag", value.PreTag);
            WriteIfSet("post_tag", value.PostTag);
            if (value.Escape is { } escape)
            {
                writer.WriteBoolean("escape", escape);
            }

            if (value.Fragments is { } fragments)
            {
                writer.WriteNumber("fragments", fragments);
            }

            if (value.Offsets is { } offsets)
            {
                writer.WriteBoolean("offsets", offsets);
            }

            writer.WriteEndObject();

            void WriteIfSet(string name, string? text)
            {
                if (text is not null)
                {
                    writer.WriteString(name, text);
                }
            }
        }

        private static bool IsString(in Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String;

        private static bool IsBoolean(in Utf8JsonReader reader) => reader.TokenType is JsonTokenType.True or JsonTokenType.False;
    }
}
