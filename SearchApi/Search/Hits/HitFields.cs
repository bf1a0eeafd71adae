using System.Text.Json;
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

        var wanted = Fields
            .Where(field => field.StartsWith(MemberPrefix, StringComparison.Ordinal))
            .Select(field => field[MemberPrefix.Length..])
            .ToHashSet();
        return wanted.Count == 0
            ? null
            : JsonSerializer.SerializeToElement(
                members
                    .EnumerateObject()
                    .Where(member => wanted.Contains(member.Name))
                    .ToDictionary(member => member.Name, member => member.Value)
            );
    }
}
