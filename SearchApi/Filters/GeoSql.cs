using System.Globalization;
using EmbedPlatform.SearchApi.Storage;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>A validated point, in degrees.</summary>
internal readonly record struct Place(double Lat, double Lon);

/// <summary>Distances and boxes as SQL over <c>v.value</c>, an object with <c>lat</c> and <c>lon</c>.</summary>
internal static class GeoSql
{
    /// <summary>The mean radius of the earth in metres (IUGG).</summary>
    public const double EarthRadius = 6_371_008.8;

    /// <summary>Whether the value is a point; a document from before the field's declaration may have another value.</summary>
    public const string IsPoint =
        "CASE WHEN jsonb_typeof(v.value -> 'lat') = 'number' AND jsonb_typeof(v.value -> 'lon') = 'number' "
        + "THEN (v.value -> 'lat')::numeric BETWEEN -90 AND 90 AND (v.value -> 'lon')::numeric BETWEEN -180 AND 180 ELSE false END";

    private const string Lat = "(v.value -> 'lat')::float8";
    private const string Lon = "(v.value -> 'lon')::float8";

    /// <summary>The great-circle distance in metres by the haversine formula; defined for points only.</summary>
    public static string Distance(Place from, SqlParameters parameters)
    {
        var (lat, lon) = (parameters.Add(from.Lat), parameters.Add(from.Lon));
        return string.Create(
                CultureInfo.InvariantCulture,
                $"(2 * {EarthRadius}::float8 * asin(least(1, sqrt(power(sin(radians({Lat} - {lat}) / 2), 2) + "
            ) + $"cos(radians({lat})) * cos(radians({Lat})) * power(sin(radians({Lon} - {lon}) / 2), 2)))))";
    }

    /// <summary>Whether the value is a point within a radius.</summary>
    public static string Within(FilterNode.Near near, SqlParameters parameters) =>
        $"CASE WHEN {IsPoint} THEN {Distance(near.Center, parameters)} <= {parameters.Add(near.Meters)} ELSE false END";

    /// <summary>Whether the value is a point within a box.</summary>
    public static string Within(FilterNode.Box box, SqlParameters parameters)
    {
        var (north, south) = (parameters.Add(box.TopLeft.Lat), parameters.Add(box.BottomRight.Lat));
        var (west, east) = (parameters.Add(box.TopLeft.Lon), parameters.Add(box.BottomRight.Lon));
        var longitude = box.CrossesAntimeridian ? $"({Lon} >= {west} OR {Lon} <= {east})" : $"({Lon} >= {west} AND {Lon} <= {east})";
        // 180 and -180 are one meridian.
        var same = (box.Covers(-180), box.Covers(180)) switch
        {
            (true, false) => $" OR {Lon} = 180",
            (false, true) => $" OR {Lon} = -180",
            _ => string.Empty,
        };
        return $"CASE WHEN {IsPoint} THEN {Lat} <= {north} AND {Lat} >= {south} AND ({longitude}{same}) ELSE false END";
    }
}
