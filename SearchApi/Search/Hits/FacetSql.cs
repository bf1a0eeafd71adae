using System.Globalization;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Storage;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>
/// Counts a field's values over the rows <c>matched(id, metadata)</c>. The columns are the facet's index, the value as JSON, its
/// documents, the number of values, the end of its bucket as JSON, and for the statistics the value count, minimum, maximum and mean.
/// </summary>
internal static class FacetSql
{
    /// <summary>The row kind of a histogram's statistics, in the column of the value.</summary>
    public const string Statistics = "statistics";

    private const string Itself = "'{}'";

    public static string Write(FacetPlan facet, int index, SqlParameters parameters) =>
        facet.Interval is { } interval ? Numbers(facet, interval, index, parameters)
        : facet.Calendar is not null ? Instants(facet, index, parameters)
        : Values(facet, index, parameters);

    private static string Values(FacetPlan facet, int index, SqlParameters parameters)
    {
        var values = FieldValues.From(facet.Path, "m.metadata", parameters);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""

            UNION ALL
            (SELECT {index}, v.value::text, count(DISTINCT m.id), count(*) OVER (), NULL::text, NULL::text, NULL::text, NULL::text
             FROM matched m CROSS JOIN LATERAL {values}
             WHERE jsonb_typeof(v.value) IN ('string', 'number', 'boolean')
             GROUP BY v.value ORDER BY 3 DESC, v.value LIMIT {parameters.Add(facet.Limit)})
            """
        );
    }

    // Exact, unlike a rounded quotient: the last value below a boundary stays below it.
    private static string Numbers(FacetPlan facet, decimal interval, int index, SqlParameters parameters)
    {
        var width = $"{parameters.Add(interval)}::numeric";
        const string Number = "CASE WHEN jsonb_typeof(v.value) = 'number' THEN v.value::numeric END";
        var start = $"(div(n.number, {width}) - CASE WHEN mod(n.number, {width}) < 0 THEN 1 ELSE 0 END) * {width}";
        return Buckets(facet, index, Number, start, $"b.start + {width}", "(b.{0})::text", "avg(b.number)::text", parameters);
    }

    private static string Instants(FacetPlan facet, int index, SqlParameters parameters)
    {
        var zone = $"{parameters.Add(facet.Zone.Id)}::text";
        var unit = facet.Calendar!.Value.ToString().ToLowerInvariant();
        const string Number = $"CASE WHEN jsonb_typeof(v.value) = 'string' THEN iso_instant(v.value #>> {Itself}) END";
        var start = $"date_trunc('{unit}', n.number, {zone})";
        var end = $"(b.start AT TIME ZONE {zone} + interval '1 {unit}') AT TIME ZONE {zone}";
        return Buckets(facet, index, Number, start, end, "extract(epoch FROM b.{0})::text", "NULL::text", parameters);
    }

    private static string Buckets(
        FacetPlan facet,
        int index,
        string number,
        string start,
        string end,
        string show,
        string mean,
        SqlParameters parameters
    )
    {
        var values = FieldValues.From(facet.Path, "m.metadata", parameters);
        string Show(string column) => show.Replace("b.{0}", column, StringComparison.Ordinal);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""

            UNION ALL
            (WITH b AS MATERIALIZED (
                SELECT n.id, n.number, {start} AS start
                FROM (SELECT m.id, {number} AS number FROM matched m CROSS JOIN LATERAL {values}) n WHERE n.number IS NOT NULL
             )
             (SELECT {index}, {Show("b.start")}, count(DISTINCT b.id), count(*) OVER (), {Show(end)}, NULL::text, NULL::text, NULL::text
              FROM b GROUP BY b.start ORDER BY b.start LIMIT {parameters.Add(facet.Limit)})
             UNION ALL
             SELECT {index}, '{Statistics}', count(*), 0, NULL, {Show("min(b.number)")}, {Show("max(b.number)")}, {mean} FROM b)
            """
        );
    }
}
