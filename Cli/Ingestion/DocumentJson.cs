using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Ingestion;

/// <summary>Reads documents from JSON lines: <c>{"id" or "_id", "title"?, "text", "metadata"?}</c>.</summary>
internal static class DocumentJson
{
    /// <summary>Reads a stream of JSON lines; blank lines are skipped.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">Its name in errors.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="CommandException">A line is not a document; the message names file, line and field.</exception>
    public static async IAsyncEnumerable<Document> ReadAsync(
        Stream stream,
        string name,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var reader = new StreamReader(stream);
        for (var number = 1L; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return Parse(line, $"{name}:{number}");
            }
        }
    }

    /// <summary>Reads one document.</summary>
    /// <param name="line">A JSON object.</param>
    /// <param name="place">Its place in errors.</param>
    /// <exception cref="CommandException">It is not a document.</exception>
    public static Document Parse(string line, string place)
    {
        JsonElement json;
        try
        {
            json = JsonSerializer.Deserialize<JsonElement>(line);
        }
        catch (JsonException)
        {
            throw new CommandException($"{place}: not a JSON object");
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new CommandException($"{place}: not a JSON object");
        }

        var id =
            Text(json, "id", place) ?? Text(json, "_id", place) ?? throw new CommandException($"{place}: \"id\" or \"_id\" is missing");
        return new Document
        {
            Id = id,
            Title = Text(json, "title", place) is { Length: > 0 } title ? title : null,
            Text = Text(json, "text", place) ?? throw new CommandException($"{place}: \"text\" is missing"),
            Metadata =
                json.TryGetProperty("metadata", out var metadata)
                && metadata.ValueKind == JsonValueKind.Object
                && metadata.EnumerateObject().Any()
                    ? metadata
                    : null,
        };
    }

    private static string? Text(JsonElement json, string field, string place) =>
        !json.TryGetProperty(field, out var value)
            ? null
            : value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Null => null,
                JsonValueKind.Number when field is "id" or "_id" => value.GetRawText(),
                _ => throw new CommandException($"{place}: \"{field}\" is not a string"),
            };
}
