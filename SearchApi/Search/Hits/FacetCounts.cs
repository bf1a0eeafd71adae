using System.Globalization;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>Collects the rows that <see cref="FacetSql"/> returns for one facet.</summary>
internal sealed class FacetCounts(FacetPlan plan)
{
    private static readonly decimal First = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly decimal Last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private readonly List<FacetValue> _values = [];
    private readonly List<FacetBucket> _buckets = [];
    private FacetStatistics? _statistics;
    private long _distinct;

    public void Add(NpgsqlDataReader row)
    {
        var (value, count) = (row.GetString(1), row.GetInt64(2));
        if (plan.IsHistogram && value == FacetSql.Statistics)
        {
            _statistics =
                count == 0
                    ? null
                    : new FacetStatistics(
                        count,
                        Show(row.GetString(5), TimeZoneInfo.Utc),
                        Show(row.GetString(6), TimeZoneInfo.Utc),
                        row.GetStringOrNull(7) is { } mean ? Finite(mean) : null
                    );
            return;
        }

        _distinct = row.GetInt64(3);
        if (plan.IsHistogram)
        {
            _buckets.Add(new FacetBucket(Show(value, plan.Zone), Show(row.GetString(4), plan.Zone), count));
        }
        else
        {
            _values.Add(new FacetValue(JsonSerializer.Deserialize<JsonElement>(value), count));
        }
    }

    public Facet ToFacet() =>
        new(plan.Path.Field, _values, _distinct - _values.Count - _buckets.Count)
        {
            Buckets = plan.IsHistogram ? _buckets : null,
            Statistics = _statistics,
        };

    // A number of jsonb may be greater than any double.
    private static double? Finite(string mean) =>
        double.Parse(mean, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) ? number : null;

    // Numbers as JSON, without trailing zeros; instants as seconds since 1970.
    private JsonElement Show(string value, TimeZoneInfo zone)
    {
        if (plan.Calendar is null)
        {
            var digits = value.Contains('.', StringComparison.Ordinal) ? value.TrimEnd('0').TrimEnd('.') : value;
            return JsonSerializer.Deserialize<JsonElement>(digits);
        }

        // The bucket of the last year ends after the last date that .NET has.
        var seconds = Math.Clamp(decimal.Parse(value, CultureInfo.InvariantCulture), First, Last);
        var instant = TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)), zone);
        var format = instant.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFzzz";
        return JsonSerializer.SerializeToElement(instant.ToString(format, CultureInfo.InvariantCulture));
    }
}
