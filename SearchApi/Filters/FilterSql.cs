using EmbedPlatform.SearchApi.Storage;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>Writes filters as SQL over documents; the caller's values become parameters.</summary>
internal static class FilterSql
{
    private const string Itself = "'{}'";

    /// <summary>The condition on rows of the document table under the name <paramref name="alias"/>; true or false, never null.</summary>
    public static string Write(FilterNode node, SqlParameters parameters, string alias) =>
        node switch
        {
            FilterNode.All all => Join(all.Parts, " AND ", parameters, alias),
            FilterNode.Any any => Join(any.Parts, " OR ", parameters, alias),
            FilterNode.Not negation => $"({Write(negation.Part, parameters, alias)}) IS NOT TRUE",
            FilterNode.Matches matches => Write(matches, parameters, alias),
            FilterNode.Within within => Exists(within.Path, Write(within, parameters), parameters, alias),
            FilterNode.Near near => Exists(near.Path, GeoSql.Within(near, parameters), parameters, alias),
            FilterNode.Box box => Exists(box.Path, GeoSql.Within(box, parameters), parameters, alias),
            FilterNode.Ids ids => $"({alias}.external_id = ANY({parameters.Add(ids.Values)}))",
            FilterNode.Listed listed => $"({alias}.id = ANY({parameters.Add(listed.Documents)}))",
            _ => throw new ArgumentOutOfRangeException(nameof(node)),
        };

    // The operator rather than the function, because only the operator uses the GIN index.
    private static string Write(FilterNode.Matches matches, SqlParameters parameters, string alias)
    {
        var readings = matches.Path.JsonPaths.Select(reading =>
            $"{alias}.metadata @? {parameters.Add($"{reading} ? ({matches.Predicate})")}::text::jsonpath"
        );
        return $"({string.Join(" OR ", readings)})";
    }

    private static string Write(FilterNode.Within within, SqlParameters parameters)
    {
        const string Instant = $"iso_instant(v.value #>> {Itself})";
        var bounds = within.Bounds.Select(bound => $"{Instant} {bound.Operator} {parameters.Add(bound.Instant)}");
        var among = within.Among is { } instants ? [$"{Instant} = ANY({parameters.Add(instants)})"] : Array.Empty<string>();
        return string.Join(" AND ", ["jsonb_typeof(v.value) = 'string'", .. bounds, .. among]);
    }

    private static string Exists(MetadataPath path, string condition, SqlParameters parameters, string alias) =>
        $"EXISTS (SELECT FROM {FieldValues.From(path, $"{alias}.metadata", parameters)} WHERE {condition})";

    private static string Join(IReadOnlyList<FilterNode> parts, string between, SqlParameters parameters, string alias) =>
        "(" + string.Join(between, parts.Select(part => Write(part, parameters, alias))) + ")";
}
