using EmbedPlatform.SearchApi.Storage;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>The values of a metadata field as SQL.</summary>
internal static class FieldValues
{
    private const string NoVariables = "'{}'";

    /// <summary>A FROM item <c>v(value)</c>: a document's values, arrays unfolded.</summary>
    /// <param name="metadata">The metadata column.</param>
    public static string From(MetadataPath path, string metadata, SqlParameters parameters)
    {
        var readings = path.JsonPaths.Select(reading =>
            $"jsonb_path_query({metadata}, {parameters.Add(reading + "[*]")}::text::jsonpath, {NoVariables}, true)"
        );
        return path.JsonPaths.Count == 1
            ? $"{readings.Single()} AS v(value)"
            : $"(SELECT {string.Join(" UNION ALL SELECT ", readings)}) AS v(value)";
    }

    /// <summary>A document's value as a whole, an array included; null without one.</summary>
    /// <param name="metadata">The metadata column.</param>
    public static string First(MetadataPath path, string metadata, SqlParameters parameters)
    {
        var readings = path.JsonPaths.Select(reading =>
            $"nullif(jsonb_path_query_first({metadata}, {parameters.Add(reading)}::text::jsonpath, {NoVariables}, true), 'null')"
        );
        return $"coalesce({string.Join(", ", readings)}, NULL)";
    }
}
