using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>
/// A filter on a document's metadata: either a field with comparisons, which a single value must satisfy together, or exactly
/// one of <see cref="And"/>, <see cref="Or"/> and <see cref="Not"/>.
/// </summary>
public sealed record SearchFilter
{
    /// <summary>
    /// The field; dots descend into objects or are part of the name. Of an array, one element must match. <c>_id</c> is the document's id,
    /// and <c>metadata._id</c> a metadata field of that name.
    /// </summary>
    public string? Field { get; init; }

    /// <summary>The value equals this string, number or boolean; of a field declared as datetime, it is the same instant.</summary>
    public JsonElement? Eq { get; init; }

    /// <summary>The value equals one of these strings, numbers or booleans.</summary>
    public IReadOnlyList<JsonElement>? In { get; init; }

    /// <summary>
    /// The value is greater than this number or string. ISO 8601 dates and times (<c>2026-01-31</c>, <c>2026-01-31T12:00:00Z</c>)
    /// compare as instants, other strings by code points. A time without an offset is UTC.
    /// </summary>
    public JsonElement? Gt { get; init; }

    /// <summary>The value is greater than or equal to this; compares as <see cref="Gt"/> does.</summary>
    public JsonElement? Gte { get; init; }

    /// <summary>The value is less than this; compares as <see cref="Gt"/> does.</summary>
    public JsonElement? Lt { get; init; }

    /// <summary>The value is less than or equal to this; compares as <see cref="Gt"/> does.</summary>
    public JsonElement? Lte { get; init; }

    /// <summary>Whether the field has a value other than null; an empty array has none.</summary>
    public bool? Exists { get; init; }

    /// <summary>The point, of a field declared as geo, is within this distance.</summary>
    public GeoRadius? GeoRadius { get; init; }

    /// <summary>The point, of a field declared as geo, is within this box.</summary>
    public GeoBox? GeoBox { get; init; }

    /// <summary>All of these filters match.</summary>
    public IReadOnlyList<SearchFilter?>? And { get; init; }

    /// <summary>At least one of these filters matches.</summary>
    public IReadOnlyList<SearchFilter?>? Or { get; init; }

    /// <summary>This filter does not match.</summary>
    public SearchFilter? Not { get; init; }

    /// <summary>
    /// Unknown properties; the service rejects them by name. Source-generated JSON can set this only after construction.
    /// </summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
