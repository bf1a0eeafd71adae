using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>
/// A condition on a document's metadata: either a field with its comparisons, which must all hold for one and the same value, or exactly
/// one of <see cref="And"/>, <see cref="Or"/> and <see cref="Not"/>.
/// </summary>
public sealed record SearchFilter
{
    /// <summary>The field; dots lead into objects, arrays are unfolded: one of their elements must match.</summary>
    public string? Field { get; init; }

    /// <summary>The value is this string, number or boolean.</summary>
    public JsonElement? Eq { get; init; }

    /// <summary>The value is one of these strings, numbers or booleans.</summary>
    public IReadOnlyList<JsonElement>? In { get; init; }

    /// <summary>
    /// The value is greater than this number or string. A string that is an ISO 8601 date or time (<c>2026-01-31</c>,
    /// <c>2026-01-31T12:00:00Z</c>) compares instants, any other one compares code points. Without an offset a time is UTC.
    /// </summary>
    public JsonElement? Gt { get; init; }

    /// <summary>The value is greater than or equal to this; compares as <see cref="Gt"/> does.</summary>
    public JsonElement? Gte { get; init; }

    /// <summary>The value is less than this; compares as <see cref="Gt"/> does.</summary>
    public JsonElement? Lt { get; init; }

    /// <summary>The value is less than or equal to this; compares as <see cref="Gt"/> does.</summary>
    public JsonElement? Lte { get; init; }

    /// <summary>Whether the field has a value that is not null; an empty array has none.</summary>
    public bool? Exists { get; init; }

    /// <summary>All of these hold.</summary>
    public IReadOnlyList<SearchFilter?>? And { get; init; }

    /// <summary>One of these holds.</summary>
    public IReadOnlyList<SearchFilter?>? Or { get; init; }

    /// <summary>This does not hold.</summary>
    public SearchFilter? Not { get; init; }

    /// <summary>What is none of the above; the service refuses it by name. Generated code can set it only after construction.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
