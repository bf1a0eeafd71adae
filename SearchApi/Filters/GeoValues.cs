using EmbedPlatform.Client.Search;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>Validates points, circles and boxes.</summary>
/// <param name="declared">The declared fields; null if none is declared.</param>
/// <param name="errors">Collects the errors.</param>
internal sealed class GeoValues(IReadOnlyDictionary<string, FieldSettings>? declared, FieldErrors errors)
{
    // The earth's circumference: every point is nearer.
    private const int MaxMeters = 40_000_000;

    /// <summary>A circle; null if it is invalid.</summary>
    public FilterNode.Near? Radius(MetadataPath path, GeoRadius radius, string place)
    {
        var center = Point(radius.Lat, radius.Lon, place);
        if (radius.Meters is not (>= 0 and <= MaxMeters))
        {
            errors.Add(place + ".meters", $"must be a distance in metres, from 0 to {MaxMeters}");
            return null;
        }

        return IsGeo(path, place) && center is { } middle ? new FilterNode.Near(path, middle, radius.Meters.Value) : null;
    }

    /// <summary>A box; null if it is invalid.</summary>
    public FilterNode.Box? Box(MetadataPath path, GeoBox box, string place)
    {
        var topLeft = Point(box.TopLeft, place + ".top_left");
        var bottomRight = Point(box.BottomRight, place + ".bottom_right");
        if (topLeft is not { } north || bottomRight is not { } south || !IsGeo(path, place))
        {
            return null;
        }

        if (north.Lat < south.Lat)
        {
            errors.Add(place + ".top_left.lat", "must not be south of bottom_right.lat");
            return null;
        }

        return new FilterNode.Box(path, north, south);
    }

    /// <summary>A point; null if it is absent or invalid.</summary>
    public Place? Point(GeoPoint? point, string place)
    {
        if (point is null)
        {
            errors.Add(place, "is required: {\"lat\": -90 to 90, \"lon\": -180 to 180}");
            return null;
        }

        return Point(point.Lat, point.Lon, place);
    }

    /// <summary>Whether the field is declared as geo; otherwise adds an error.</summary>
    public bool IsGeo(MetadataPath path, string place)
    {
        if (declared?.GetValueOrDefault(path.Name)?.Type == "geo")
        {
            return true;
        }

        errors.Add(
            place,
            $"needs a field declared as geo: PATCH the collection with {{\"fields\": {{\"{path.Name}\": {{\"type\": \"geo\"}}}}}}"
        );
        return false;
    }

    private Place? Point(double? lat, double? lon, string place)
    {
        errors.AddIf(lat is not (>= -90 and <= 90), place + ".lat", "must be a latitude, from -90 to 90");
        errors.AddIf(lon is not (>= -180 and <= 180), place + ".lon", "must be a longitude, from -180 to 180");
        return lat is >= -90 and <= 90 && lon is >= -180 and <= 180 ? new Place(lat.Value, lon.Value) : null;
    }
}
