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
            if (Values(metadata, name).Any(value => !Fits(value, field.Type!)))
            {
                return ($"metadata.{name}", $"The collection declares it as {field.Type}{Form(field.Type!)}.");
            }
        }

        return null;
    }

    private static string Form(string type) =>
        type switch
        {
            "datetime" => " (ISO 8601)",
            "geo" => ": {\"lat\": -90 to 90, \"lon\": -180 to 180}, or an array of such points",
            _ => string.Empty,
        };

    // As searches read a name with dots: the member of that name, and the members of nested objects.
    private static IEnumerable<JsonElement> Values(JsonElement metadata, string name)
    {
        if (metadata.TryGetProperty(name, out var direct))
        {
            yield return direct;
        }

        if (name.Contains('.', StringComparison.Ordinal))
        {
            foreach (var value in Nested(metadata, name.Split('.')))
            {
                yield return value;
            }
        }
    }

    private static IEnumerable<JsonElement> Nested(JsonElement element, ReadOnlyMemory<string> steps) =>
        element.ValueKind switch
        {
            _ when steps.Length == 0 => [element],
            JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Nested(item, steps)),
            JsonValueKind.Object when element.TryGetProperty(steps.Span[0], out var child) => Nested(child, steps[1..]),
            _ => [],
        };

    private static bool Fits(JsonElement value, string type) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => true,
            JsonValueKind.Array => value.EnumerateArray().All(item => item.ValueKind != JsonValueKind.Array && Fits(item, type)),
            JsonValueKind.String => type == "string" || (type == "datetime" && IsTime(value.GetString()!)),
            JsonValueKind.Number => type == "number",
            JsonValueKind.True or JsonValueKind.False => type == "boolean",
            JsonValueKind.Object => type == "geo" && IsDegree(value, "lat", 90) && IsDegree(value, "lon", 180),
            _ => false,
        };

    private static bool IsDegree(JsonElement point, string name, double most) =>
        point.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var degree)
        && Math.Abs(degree) <= most;

    private static bool IsTime(string value) =>
        value.Length >= 10
        && value[4] == '-'
        && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
}
