using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>The direction of a sort key.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SortOrder>))]
public enum SortOrder
{
    /// <summary>Smallest value, earliest time or nearest point first.</summary>
    [JsonStringEnumMemberName("asc")]
    Ascending,

    /// <summary>Greatest value, latest time or farthest point first.</summary>
    [JsonStringEnumMemberName("desc")]
    Descending,
}

/// <summary>The place of documents without a value.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NullsOrder>))]
public enum NullsOrder
{
    /// <summary>After all values, in either direction.</summary>
    [JsonStringEnumMemberName("last")]
    Last,

    /// <summary>Before all values, in either direction.</summary>
    [JsonStringEnumMemberName("first")]
    First,
}

/// <summary>A key to sort by.</summary>
public sealed record SortKey
{
    /// <summary>
    /// A declared field, or <c>_id</c> for the document's id. Numbers, instants and booleans (false first) compare as such, strings by
    /// code point. Of an array, the smallest value counts in ascending and the greatest in descending order.
    /// </summary>
    public string? Field { get; init; }

    /// <summary>The direction; ascending by default.</summary>
    public SortOrder? Order { get; init; }

    /// <summary>The place of documents without a value of the declared type; last by default.</summary>
    public NullsOrder? Nulls { get; init; }

    /// <summary>The point from which to measure the distance to a field declared as geo; hits then have a <c>distance</c>.</summary>
    public GeoPoint? GeoDistance { get; init; }
}

/// <summary>A point on the earth, in degrees.</summary>
public sealed record GeoPoint
{
    /// <summary>The latitude, -90 to 90.</summary>
    public double? Lat { get; init; }

    /// <summary>The longitude, -180 to 180.</summary>
    public double? Lon { get; init; }
}

/// <summary>A circle on the earth.</summary>
public sealed record GeoRadius
{
    /// <summary>The latitude of the centre, -90 to 90.</summary>
    public double? Lat { get; init; }

    /// <summary>The longitude of the centre, -180 to 180.</summary>
    public double? Lon { get; init; }

    /// <summary>The radius in metres; the edge belongs to the circle.</summary>
    public double? Meters { get; init; }
}

/// <summary>A box on the earth. If its left longitude is greater than its right one, it crosses the antimeridian.</summary>
public sealed record GeoBox
{
    /// <summary>The north-western corner.</summary>
    public GeoPoint? TopLeft { get; init; }

    /// <summary>The south-eastern corner.</summary>
    public GeoPoint? BottomRight { get; init; }
}
