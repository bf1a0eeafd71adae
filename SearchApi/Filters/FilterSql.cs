using EmbedPlatform.SearchApi.Storage;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>Writes filters as SQL over documents; the caller's values become parameters.</summary>
internal static class FilterSql
{
    private const string NoVariables = "'{}'";
    private const string Itself = "'{}'";

    /// <summary>The condition on rows of the document table under the name <paramref name="alias"/>; true or false, never null.</summary>
    public static string Write(FilterNode node, SqlParameters parameters, string alias) =>
        node switch
        {
            FilterNode.All all => Join(all.Parts, " AND ", parameters, alias),
            FilterNode.Any any => Join(any.Parts, " OR ", parameters, alias),
            FilterNode.Not negation => $"({Write(negation.Part, parameters, alias)}) IS NOT TRUE",
            // The operator rather than the function, because only the operator uses the GIN index.
            FilterNode.Matches matches =>
                $"({alias}.metadata @? {parameters.Add($"{matches.Path.JsonPath} ? ({matches.Predicate})")}::text::jsonpath)",
            FilterNode.Within within => Write(within, parameters, alias),
            FilterNode.Listed listed => $"({alias}.id = ANY({parameters.Add(listed.Documents)}))",
            _ => throw new ArgumentOutOfRangeException(nameof(node)),
        };

    private static string Write(FilterNode.Within within, SqlParameters parameters, string alias)
    {
        var path = parameters.Add(within.Path.JsonPath + "[*]");
        var bounds = within.Bounds.Select(bound =>
            $" AND iso_instant(v.value #>> {Itself}) {bound.Operator} {parameters.Add(bound.Instant)}"
        );
        return $"""
            EXISTS (SELECT FROM jsonb_path_query({alias}.metadata, {path}::text::jsonpath, {NoVariables}, true) AS v(value)
                    WHERE jsonb_typeof(v.value) = 'string'{string.Concat(bounds)})
            """;
    }

    private static string Join(IReadOnlyList<FilterNode> parts, string between, SqlParameters parameters, string alias) =>
        "(" + string.Join(between, parts.Select(part => Write(part, parameters, alias))) + ")";
}
