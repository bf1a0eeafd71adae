using System.Text.Json;
using EmbedPlatform.Inference.Tokenization.PreTokenization;

namespace EmbedPlatform.Inference.Tokenization.Loading;

/// <summary>Reads fields of tokenizer.json; errors name the field.</summary>
internal static class JsonFields
{
    public static string TypeOf(JsonElement element) => Text(element, "type") ?? "(none)";

    public static bool IsNull(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    public static JsonElement Required(JsonElement element, string part, string name) =>
        IsNull(element, name) ? throw new TokenizerFormatException($"{part}: {name} is missing.") : element.GetProperty(name);

    public static string? Text(JsonElement element, string name) => IsNull(element, name) ? null : element.GetProperty(name).GetString();

    public static bool Flag(JsonElement element, string name, bool otherwise) =>
        IsNull(element, name) ? otherwise : element.GetProperty(name).GetBoolean();

    public static int? Number(JsonElement element, string name) => IsNull(element, name) ? null : element.GetProperty(name).GetInt32();

    /// <summary>The character of a Metaspace or Strip.</summary>
    public static char Character(JsonElement element, string part, string name, char otherwise) =>
        Text(element, name) switch
        {
            null => otherwise,
            { Length: 1 } text => text[0],
            var text => throw new TokenizerFormatException($"{part}: {name} '{text}' must be one character."),
        };

    /// <summary>A pattern: {"String": …} or {"Regex": …}.</summary>
    public static TextPattern Pattern(JsonElement element, string part)
    {
        var pattern = Required(element, part, "pattern");
        if (pattern.ValueKind == JsonValueKind.String)
        {
            return TextPattern.Literal(pattern.GetString()!);
        }

        if (Text(pattern, "String") is { } literal)
        {
            return TextPattern.Literal(literal);
        }

        var expression = Text(pattern, "Regex") ?? throw new TokenizerFormatException($"{part}: pattern is neither String nor Regex.");
        try
        {
            return TextPattern.Expression(expression);
        }
        catch (ArgumentException exception)
        {
            throw new TokenizerFormatException(
                $"{part}: the regular expression {expression} cannot be used: {exception.Message}",
                exception
            );
        }
    }

    /// <summary>When a Metaspace is prepended; older files use add_prefix_space.</summary>
    public static PrependScheme Prepend(JsonElement element, string part) =>
        Text(element, "prepend_scheme") switch
        {
            null => Flag(element, "add_prefix_space", true) ? PrependScheme.Always : PrependScheme.Never,
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            var other => throw new TokenizerFormatException($"{part}: prepend_scheme '{other}' is not supported."),
        };
}
