using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Storage;

namespace EmbedPlatform.SearchApi.Search.Browsing;

/// <summary>
/// Sort keys as SQL: the columns <c>k0</c>, <c>k1</c>, ... and the row <c>id</c>, which decides ties. Ids are given at the first upload.
/// </summary>
internal static class SortSql
{
    private const string Itself = "'{}'";

    /// <summary>The keys as columns of a SELECT over <c>document d</c>, each after a comma.</summary>
    public static string Columns(IReadOnlyList<SortColumn> sort, SqlParameters parameters) =>
        string.Concat(sort.Select((column, i) => $", {Value(column, parameters)} AS k{i}"));

    /// <summary>The keys as text, each after a comma; exact, so that a page can continue behind them.</summary>
    /// <param name="alias">The name of the rows.</param>
    public static string Texts(IReadOnlyList<SortColumn> sort, string alias) =>
        string.Concat(sort.Select((_, i) => $", {alias}.k{i}::text"));

    /// <summary>The keys of an ORDER BY.</summary>
    /// <param name="alias">The name of the rows.</param>
    public static string Order(IReadOnlyList<SortColumn> sort, string alias) =>
        string.Concat(
            sort.Select(
                (column, i) =>
                    $"{Key(column, i, alias)} {(column.Descending ? "DESC" : "ASC")} NULLS {(column.NullsFirst ? "FIRST" : "LAST")}, "
            )
        ) + $"{alias}.id";

    /// <summary>The condition on rows that follow a position.</summary>
    /// <param name="alias">The name of the rows.</param>
    public static string After(IReadOnlyList<SortColumn> sort, BrowsePosition position, string alias, SqlParameters parameters)
    {
        var values = sort.Select((column, i) => position.Keys[i] is { } key ? $"{parameters.Add(key)}::text::{SqlType(column)}" : null)
            .ToArray();
        var condition = $"{alias}.id > {parameters.Add(position.Row)}";
        for (var i = sort.Count - 1; i >= 0; i--)
        {
            var (key, value, column) = (Key(sort[i], i, alias), values[i], sort[i]);
            var equal = value is null ? $"{key} IS NULL" : $"{key} = {value}";
            condition = $"({Behind(column, key, value)} OR ({equal} AND {condition}))";
        }

        return condition;
    }

    private static string Behind(SortColumn column, string key, string? value) =>
        value switch
        {
            null => column.NullsFirst ? $"{key} IS NOT NULL" : "false",
            _ when column.NullsFirst => $"{key} {(column.Descending ? '<' : '>')} {value}",
            _ => $"({key} {(column.Descending ? '<' : '>')} {value} OR {key} IS NULL)",
        };

    // By code point: the order of a collation depends on the versions of the host's libraries.
    private static string Key(SortColumn column, int index, string alias) =>
        column.Type is SortType.String or SortType.Id ? $"{alias}.k{index} COLLATE \"C\"" : $"{alias}.k{index}";

    private static string SqlType(SortColumn column) =>
        column.Type switch
        {
            SortType.String or SortType.Id => "text",
            SortType.Distance => "float8",
            _ => "numeric",
        };

    private static string Value(SortColumn column, SqlParameters parameters)
    {
        if (column.Path is not { } path)
        {
            return "d.external_id";
        }

        var (kind, value) = column.Type switch
        {
            SortType.Number => ("jsonb_typeof(v.value) = 'number'", "v.value::numeric"),
            SortType.Boolean => ("jsonb_typeof(v.value) = 'boolean'", "v.value::boolean::int::numeric"),
            SortType.Instant => ("jsonb_typeof(v.value) = 'string'", $"extract(epoch FROM iso_instant(v.value #>> {Itself}))"),
            SortType.Distance => (GeoSql.IsPoint, GeoSql.Distance(column.Origin, parameters)),
            _ => ("jsonb_typeof(v.value) = 'string'", $"(v.value #>> {Itself}) COLLATE \"C\""),
        };
        var typed = $"CASE WHEN {kind} THEN {value} END";
        var least = $"(SELECT {(column.Descending ? "max" : "min")}({typed}) FROM {FieldValues.From(path, "d.metadata", parameters)})";
        if (!path.IsMember)
        {
            return least;
        }

        // A single value, the usual case, needs no subquery.
        var member = $"d.metadata -> {parameters.Add(path.Name)}::text";
        return $"CASE WHEN jsonb_typeof({member}) = 'array' THEN {least} ELSE ("
            + $"{typed.Replace("v.value", $"({member})", StringComparison.Ordinal)}) END";
    }
}
