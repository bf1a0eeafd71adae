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
    public string? Literal(string field, JsonElement value, string place)
    {
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
    public string? Among(string field, IReadOnlyList<JsonElement> values, string place)
    {
        if (values.Count is 0 or > MaxValues)
        {
            return Fail(place, $"must hold 1 to {MaxValues} values");
        }

        var literals = values.Select((value, i) => Literal(field, value, FormattableString.Invariant($"{place}[{i}]"))).ToList();
        return literals.Contains(null) ? null : string.Join(" || ", literals.Select(literal => $"@ == {literal}"));
    }

    /// <summary>The bounds of a condition; null if one is invalid.</summary>
    public FilterRange? Range(SearchFilter filter, string place)
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

            if (Bound(filter.Field!, value, $"{place}.{name}") is not { } literal)
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

    private string? Bound(string field, JsonElement value, string place)
    {
        if (value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String))
        {
            return Fail(
                place,
                Type(field) == "boolean"
                    ? $"\"{field}\" is declared as boolean, which has no order: use eq or in."
                    : $"The bound for \"{field}\" must be {Expected(field) ?? "a number or a string"}, not {Name(value)}."
            );
        }

        return
            Type(field) == "datetime" && value.ValueKind == JsonValueKind.String && Text(value) is { } text && IsoInstant.Read(text) is null
            ? Fail(place, $"The bound for \"{field}\" must be {Expected(field)}.")
            : Literal(field, value, place);
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
