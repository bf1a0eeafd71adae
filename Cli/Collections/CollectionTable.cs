using System.Globalization;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;
using Spectre.Console;

namespace EmbedPlatform.Cli.Collections;

/// <summary>Prints collections and aliases.</summary>
internal static class CollectionTable
{
    /// <summary>Writes a table of collections to the results.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<Collection> collections)
    {
        if (collections.Count == 0)
        {
            terminal.Results.WriteLine("no collections");
            return;
        }

        // Rarely needed, and names need the room.
        var anyFailed = collections.Any(collection => collection.Failed > 0);
        string[] columns = ["collection", "documents", "chunks", "pending", .. anyFailed ? ["failed"] : (string[])[], "model", "aliases"];
        var table = Table(columns);
        foreach (var collection in collections)
        {
            Text[] failed = anyFailed ? [Number(collection.Failed)] : [];
            table.AddRow([
                Plain(collection.Name),
                Number(collection.Documents),
                Number(collection.Chunks),
                Number(collection.Pending),
                .. failed,
                Plain(collection.Model),
                Plain(string.Join(", ", collection.Aliases ?? [])),
            ]);
        }

        terminal.Results.Write(table);
    }

    /// <summary>Writes a table of aliases to the results.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<CollectionAlias> aliases)
    {
        if (aliases.Count == 0)
        {
            terminal.Results.WriteLine("no aliases");
            return;
        }

        var table = Table("alias", "collection", "moved");
        foreach (var alias in aliases)
        {
            table.AddRow(Plain(alias.Name), Plain(alias.Collection), Plain(Time(alias.ChangedAt)));
        }

        terminal.Results.Write(table);
    }

    /// <summary>Writes a collection to the results, one property per line.</summary>
    public static void Write(Terminal terminal, Collection collection)
    {
        (string Name, string? Value)[] properties =
        [
            ("name", collection.Name),
            ("aliases", collection.Aliases is { } aliases ? string.Join(", ", aliases) : null),
            ("documents", Count(collection.Documents)),
            ("chunks", Count(collection.Chunks)),
            ("pending", Count(collection.Pending)),
            ("failed", Count(collection.Failed)),
            ("model", $"{collection.Model}, {collection.Dimension} dimensions"),
            ("index", $"{collection.Index?.Type}, {(collection.IndexPending ? "not built yet" : $"m {collection.Index?.M}")}"),
            ("language", collection.Language),
            ("text template", collection.TextTemplate?.ReplaceLineEndings("\\n")),
            ("chunks of", $"{collection.ChunkTokens} tokens, {collection.ChunkOverlap} repeated, by {collection.ChunkBy}"),
            ("fields", collection.Fields is { } fields ? string.Join(", ", fields.Select(f => $"{f.Key} ({f.Value.Type})")) : null),
            ("created", Time(collection.CreatedAt)),
        ];
        foreach (var (name, value) in properties.Where(property => !string.IsNullOrEmpty(property.Value)))
        {
            terminal.Output.WriteLine($"{name, -14} {value}");
        }
    }

    private static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple, Expand = false };
        foreach (var column in columns)
        {
            var made = new TableColumn(column);
            table.AddColumn(column is "documents" or "chunks" or "pending" or "failed" ? made.RightAligned().NoWrap() : made);
        }

        return table;
    }

    private static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static Text Number(long value) => Plain(Count(value));

    private static Text Plain(string text) => new(text);
}
