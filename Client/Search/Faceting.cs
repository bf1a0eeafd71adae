using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>A field to count values of.</summary>
public sealed record FacetRequest
{
    /// <summary>The field; dots descend into objects, and the elements of an array count one by one.</summary>
    public string? Field { get; init; }

    /// <summary>
    /// The number of values to return: 1 to 1,000, 10 by default; of a histogram, the number of buckets, 1,000 by default.
    /// </summary>
    public int? Limit { get; init; }

    /// <summary>Counts numbers by intervals instead of values.</summary>
    public HistogramRequest? Histogram { get; init; }

    /// <summary>Counts instants by calendar intervals instead of values.</summary>
    public DateHistogramRequest? DateHistogram { get; init; }
}

/// <summary>Intervals of numbers: the bucket of a value begins at the greatest multiple of the interval that is not above it.</summary>
public sealed record HistogramRequest
{
    /// <summary>The width of a bucket, above 0.</summary>
    public decimal? Interval { get; init; }
}

/// <summary>Intervals of instants.</summary>
public sealed record DateHistogramRequest
{
    /// <summary>The calendar interval; a week begins on Monday.</summary>
    public CalendarInterval? Interval { get; init; }

    /// <summary>The time zone in which days begin, such as <c>Europe/Berlin</c>; <c>UTC</c> by default.</summary>
    public string? TimeZone { get; init; }
}

/// <summary>A calendar interval.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CalendarInterval>))]
public enum CalendarInterval
{
    /// <summary>A day.</summary>
    [JsonStringEnumMemberName("day")]
    Day,

    /// <summary>A week from Monday.</summary>
    [JsonStringEnumMemberName("week")]
    Week,

    /// <summary>A month.</summary>
    [JsonStringEnumMemberName("month")]
    Month,

    /// <summary>A year.</summary>
    [JsonStringEnumMemberName("year")]
    Year,
}

/// <summary>The values of one field over all matched documents.</summary>
/// <param name="Field">The field.</param>
/// <param name="Values">The values, most frequent first; ties are ordered by value. Empty for a histogram.</param>
/// <param name="Others">The number of further values, or of further buckets.</param>
public sealed record Facet(string Field, IReadOnlyList<FacetValue> Values, long Others)
{
    /// <summary>The buckets of a histogram that have documents, in ascending order.</summary>
    public IReadOnlyList<FacetBucket>? Buckets { get; init; }

    /// <summary>The statistics of a histogram's values; absent if there are none.</summary>
    public FacetStatistics? Statistics { get; init; }
}

/// <summary>A value and its number of matched documents.</summary>
/// <param name="Value">A string, number or boolean.</param>
/// <param name="Count">The number of documents; a document counts once per value.</param>
public sealed record FacetValue(JsonElement Value, long Count);

/// <summary>An interval and its number of matched documents.</summary>
/// <param name="From">The beginning, which belongs to the bucket: a number, or an instant in the histogram's time zone.</param>
/// <param name="To">The end, which belongs to the next bucket.</param>
/// <param name="Count">The number of documents; a document counts once per bucket.</param>
public sealed record FacetBucket(JsonElement From, JsonElement To, long Count);

/// <summary>Statistics of the values of a histogram, each element of an array counting.</summary>
/// <param name="Count">The number of values.</param>
/// <param name="Min">The smallest number or the earliest instant (UTC).</param>
/// <param name="Max">The greatest number or the latest instant (UTC).</param>
/// <param name="Average">The mean of numbers; absent for instants.</param>
public sealed record FacetStatistics(long Count, JsonElement Min, JsonElement Max, double? Average);
