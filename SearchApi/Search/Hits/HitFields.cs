using System.Text.Json;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>What a hit shows of its document.</summary>
/// <param name="Fields">The names that were asked for; null where all.</param>
/// <param name="Highlight">Whether the query's words are marked.</param>
internal sealed record HitFields(IReadOnlyList<string>? Fields, bool Highlight)
{
    private const string MemberPrefix = "metadata.";

    /// <summary>Whether the title is shown.</summary>
    public bool Title => Fields?.Contains("title") ?? true;

    /// <summary>Whether the best chunk's text is shown.</summary>
    public bool Text => Fields?.Contains("text") ?? true;

    /// <summary>What is wrong with a field's name; null where nothing.</summary>
    public static string? Check(string? field) =>
        field is "title" or "text" or "metadata"
        || (field?.StartsWith(MemberPrefix, StringComparison.Ordinal) == true && field.Length > MemberPrefix.Length)
            ? null
            : "must be title, text, metadata or metadata.<member>";

    /// <summary>The part of the metadata that is shown.</summary>
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
