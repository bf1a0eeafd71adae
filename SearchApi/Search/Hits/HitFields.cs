using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>The fields that a hit includes.</summary>
/// <param name="Fields">The requested fields; null for all.</param>
/// <param name="Highlight">How to highlight the query's words; null for no highlights.</param>
internal sealed record HitFields(IReadOnlyList<string>? Fields, HighlightRequest? Highlight)
{
    private const string MemberPrefix = "metadata.";

    public bool Title => Fields?.Contains("title") ?? true;

    /// <summary>Whether hits include the best chunk's text.</summary>
    public bool Text => Fields?.Contains("text") ?? true;

    /// <summary>Validates a field name; returns the error, or null.</summary>
    public static string? Check(string? field) =>
        field is "title" or "text" or "metadata"
        || (field?.StartsWith(MemberPrefix, StringComparison.Ordinal) == true && field.Length > MemberPrefix.Length)
            ? null
            : "must be title, text, metadata or metadata.<member>";

    /// <summary>The requested part of the metadata.</summary>
    public JsonElement? Select(JsonElement? metadata)
    {
        if (Fields is null || Fields.Contains("metadata") || metadata is not { ValueKind: JsonValueKind.Object } members)
        {
            return Fields is null || Fields.Contains("metadata") ? metadata : null;
        }

        var wanted = Fields.Where(field => field.StartsWith(MemberPrefix, StringComparison.Ordinal)).ToList();
        var shown = new JsonObject();
        foreach (var field in wanted)
        {
            Add(shown, members, field[MemberPrefix.Length..]);
        }

        return wanted.Count == 0 ? null : JsonSerializer.SerializeToElement(shown);
    }

    // As in filters, a name with dots is a member of that name, and a path into objects.
    private static void Add(JsonObject shown, JsonElement members, string name)
    {
        if (members.TryGetProperty(name, out var direct))
        {
            shown[name] = JsonNode.Parse(direct.GetRawText());
        }

        var steps = name.Split('.');
        var found = members;
        foreach (var step in steps)
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(step, out found))
            {
                return;
            }
        }

        if (steps.Length == 1)
        {
            return;
        }

        var parent = shown;
        foreach (var step in steps[..^1])
        {
            if (parent[step] is not JsonObject child)
            {
                parent[step] = child = [];
            }

            parent = child;
        }

        parent[steps[^1]] = JsonNode.Parse(found.GetRawText());
    }
}
