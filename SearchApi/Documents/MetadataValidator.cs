using System.Globalization;
using System.Text.Json;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>Validates metadata against the declared fields; undeclared fields are not checked.</summary>
internal static class MetadataValidator
{
    /// <summary>The first declared field with a value of another type; null if all match.</summary>
    /// <param name="metadata">A JSON object.</param>
    /// <param name="fields">The declared fields, or null.</param>
    public static (string Field, string Reason)? Violation(JsonElement metadata, IReadOnlyDictionary<string, FieldSettings>? fields)
    {
        foreach (var (name, field) in fields ?? new Dictionary<string, FieldSettings>())
        {
            if (metadata.TryGetProperty(name, out var value) && !Fits(value, field.Type!))
            {
                return (
                    $"metadata.{name}",
                    $"The collection declares it as {field.Type}{(field.Type == "datetime" ? " (ISO 8601)" : string.Empty)}."
                );
            }
        }

        return null;
    }

    private static bool Fits(JsonElement value, string type) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => true,
            JsonValueKind.Array => value.EnumerateArray().All(item => item.ValueKind != JsonValueKind.Array && Fits(item, type)),
            JsonValueKind.String => type == "string" || (type == "datetime" && IsTime(value.GetString()!)),
            JsonValueKind.Number => type == "number",
            JsonValueKind.True or JsonValueKind.False => type == "boolean",
            _ => false,
        };

    private static bool IsTime(string value) =>
        value.Length >= 10
        && value[4] == '-'
        && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
}
