using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Filters;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>A validated facet.</summary>
/// <param name="Limit">The number of values or buckets to return.</param>
internal sealed record FacetPlan(MetadataPath Path, int Limit)
{
    /// <summary>The width of a bucket; null unless numbers are counted by intervals.</summary>
    public decimal? Interval { get; init; }

    /// <summary>The calendar interval; null unless instants are counted by intervals.</summary>
    public CalendarInterval? Calendar { get; init; }

    /// <summary>The time zone in which days begin.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public bool IsHistogram => Interval is not null || Calendar is not null;
}
