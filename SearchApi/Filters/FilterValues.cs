using System.Globalization;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>A field's bounds: either all instants, or all numbers or strings.</summary>
/// <param name="Predicates">Comparisons as jsonpath.</param>
/// <param name="Instants">Comparisons of instants.</param>
internal sealed record FilterRange(List<string> Predicates, List<(string Operator, DateTime Instant)> Instants);

/// <summary>Validates a filter's comparison values; an error has its path, the field and the required type.</summary>
/// <param name="declared">The declared fields; null if any type is allowed.</param>
/// <param name="errors">Collects the errors.</param>
internal sealed class FilterValues(IReadOnlyDictionary<string, FieldSettings>? declared, FieldErrors errors)
{
    private const int MaxValues = 1_000;
    private const int MaxValueLength = 1_000;

    /// <summary>A value as a jsonpath literal; null if it is invalid.</summary>
    public string? Literal(MetadataPath path, JsonElement value, string place)
    {
        var field = path.Name;
        if (Type(field) == "geo")
        {
            return Fail(place, $"\"{field}\" is declared as geo: use geo_radius or geo_box.");
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number or JsonValueKind.String))
        {
            return Fail(
                place,
                $"The value for \"{field}\" must be {Expected(field) ?? "a string, a number or a boolean"}, not {Name(value)}"
                    + (value.ValueKind == JsonValueKind.Null ? "; exists:false matches missing values." : ".")
            );
        }

        if (!HasDeclaredType(field, value))
        {
            return Fail(place, $"The value for \"{field}\" must be {Expected(field)}, not {Name(value)}.");
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            // jsonpath accepts the output of decimal and double; a number with thousands of digits is not a useful bound.
            JsonValueKind.Number => value.TryGetDecimal(out var exact) ? exact.ToString(CultureInfo.InvariantCulture)
            : value.TryGetDouble(out var wide) && double.IsFinite(wide) ? wide.ToString("R", CultureInfo.InvariantCulture)
            : Fail(place, $"The value for \"{field}\" is out of range."),
            _ => Text(value) is not { } text ? Fail(place, $"The value for \"{field}\" contains an unpaired surrogate.")
            : text.Length > MaxValueLength ? Fail(place, $"The value for \"{field}\" has more than {MaxValueLength} characters.")
            : text.Contains('\0') ? Fail(place, $"The value for \"{field}\" contains a NUL character.")
            : MetadataPath.Literal(text),
        };
    }

    /// <summary>A jsonpath predicate that matches any of several values; null if one is invalid.</summary>
    public string? Among(MetadataPath path, IReadOnlyList<JsonElement> values, string place)
    {
        if (values.Count is 0 or > MaxValues)
        {
            return Fail(place, $"must hold 1 to {MaxValues} values");
        }

        var literals = values.Select((value, i) => Literal(path, value, FormattableString.Invariant($"{place}[{i}]"))).ToList();
        return literals.Contains(null) ? null : string.Join(" || ", literals.Select(literal => $"@ == {literal}"));
    }

    /// <summary>Whether the field's values are declared as instants.</summary>
    public bool IsTime(MetadataPath path) => Type(path.Name) == "datetime";

    /// <summary>The values as instants; null if one is invalid.</summary>
    /// <param name="place">The path of a value by its index; of all values for -1.</param>
    public DateTime[]? Instants(MetadataPath path, IReadOnlyList<JsonElement> values, Func<int, string> place)
    {
        if (values.Count is 0 or > MaxValues)
        {
            Fail(place(-1), $"must hold 1 to {MaxValues} values");
            return null;
        }

        var instants = new List<DateTime>(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            if (Literal(path, values[i], place(i)) is null)
            {
                return null;
            }

            if (IsoInstant.Read(Text(values[i])!) is not { } instant)
            {
                Fail(place(i), $"The value for \"{path.Name}\" must be {Expected(path.Name)}.");
                return null;
            }

            instants.Add(instant);
        }

        return [.. instants];
    }

    /// <summary>The ids that a condition compares with; null if one is invalid.</summary>
    public string[]? Ids(SearchFilter filter, string place)
    {
        var values = filter.In ?? [filter.Eq!.Value];
        if (values.Count is 0 or > MaxValues)
        {
            Fail(place + ".in", $"must hold 1 to {MaxValues} values");
            return null;
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].ValueKind != JsonValueKind.String || Text(values[i]) is not { } text || text.Contains('\0'))
            {
                Fail(
                    filter.In is null ? place + ".eq" : FormattableString.Invariant($"{place}.in[{i}]"),
                    $"An id is a string without NUL, not {Name(values[i])}."
                );
                return null;
            }
        }

        return [.. values.Select(value => value.GetString()!)];
    }

    /// <summary>The bounds of a condition; null if one is invalid.</summary>
    public FilterRange? Range(MetadataPath path, SearchFilter filter, string place)
    {
        var range = new FilterRange([], []);
        JsonValueKind? kind = null;
        (string Name, string Operator, JsonElement? Value)[] all =
        [
            ("gt", ">", filter.Gt),
            ("gte", ">=", filter.Gte),
            ("lt", "<", filter.Lt),
            ("lte", "<=", filter.Lte),
        ];
        foreach (var (name, comparison, given) in all)
        {
            if (given is not { } value)
            {
                continue;
            }

            if (Bound(path, value, $"{place}.{name}") is not { } literal)
            {
                return null;
            }

            if (kind is not null && kind != value.ValueKind)
            {
                Fail($"{place}.{name}", $"The bounds for \"{filter.Field}\" must have the same type: one is a number and one a string.");
                return null;
            }

            kind = value.ValueKind;
            if (value.ValueKind == JsonValueKind.String && IsoInstant.Read(Text(value)!) is { } instant)
            {
                range.Instants.Add((comparison, instant));
            }
            else
            {
                range.Predicates.Add($"@ {comparison} {literal}");
            }
        }

        if (range is { Predicates.Count: > 0, Instants.Count: > 0 })
        {
            Fail(place, $"The bounds for \"{filter.Field}\" must have the same type: one is a date and one is not.");
            return null;
        }

        return range;
    }

    private string? Bound(MetadataPath path, JsonElement value, string place)
    {
        var field = path.Name;
        if (value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String))
        {
            return Fail(
                place,
                Type(field) == "boolean"
                    ? $"\"{field}\" is declared as boolean, which has no order: use eq or in."
                    : $"The bound for \"{field}\" must be {Expected(field) ?? "a number or a string"}, not {Name(value)}."
            );
        }

        if (value.ValueKind == JsonValueKind.String && Text(value) is { } text && IsoInstant.Read(text) is null)
        {
            if (Type(field) == "datetime")
            {
                return Fail(place, $"The bound for \"{field}\" must be {Expected(field)}.");
            }

            // Compared as text, a mistyped date would match values that are no dates.
            if (Type(field) is null && IsoInstant.HasShapeOfDate(text))
            {
                return Fail(
                    place,
                    $"\"{text}\" has the shape of a date but is not one; to compare text of this shape, declare \"{field}\" as string."
                );
            }
        }

        return Literal(path, value, place);
    }

    private string? Type(string field) => declared?.GetValueOrDefault(field)?.Type;

    private bool HasDeclaredType(string field, JsonElement value) =>
        Type(field) switch
        {
            null => true,
            "number" => value.ValueKind == JsonValueKind.Number,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            _ => value.ValueKind == JsonValueKind.String,
        };

    private string? Expected(string field) =>
        Type(field) switch
        {
            null => null,
            "datetime" => "a string with an ISO 8601 date or time (declared by the collection as datetime)",
            "geo" => "compared with geo_radius or geo_box (declared by the collection as geo)",
            var type => $"a {type} (declared by the collection)",
        };

    private static string Name(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => "a boolean",
            JsonValueKind.Number => "a number",
            JsonValueKind.String => "a string",
            JsonValueKind.Array => "an array",
            JsonValueKind.Object => "an object",
            _ => "null",
        };

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private string? Fail(string place, string reason)
    {
        errors.Add(place, reason);
        return null;
    }
}
