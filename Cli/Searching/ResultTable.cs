using System.Globalization;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;
using Spectre.Console;

namespace EmbedPlatform.Cli.Searching;

/// <summary>Prints a search response: ranked documents, scores per leg, timings.</summary>
internal static class ResultTable
{
    private const int SnippetLength = 110;

    /// <summary>Writes the response to the results.</summary>
    public static void Write(Terminal terminal, SearchResponse answer)
    {
        if (answer.Results.Count == 0)
        {
            terminal.Results.WriteLine("no results");
        }
        else
        {
            terminal.Results.Write(Table(answer));
        }

        terminal.Results.WriteLine(Timings(answer.Metadata));
    }

    /// <summary>The steps of a search in one line.</summary>
    public static string Timings(SearchMetadata metadata)
    {
        var timings = metadata.Timings;
        var rerank = metadata.Rerank.Applied
            ? $"{Ms(timings.Rerank)} for {metadata.Rerank.Done}"
            : metadata.Rerank.Reason ?? "not requested";
        var cached = timings.EmbedCached ? " (cached)" : "";
        return $"{Ms(timings.Total)}: embed {Ms(timings.Embed)}{cached}, lexical {Ms(timings.Lexical)}, dense {Ms(timings.Dense)}, "
            + $"fusion {Ms(timings.Fusion)}, rerank {rerank}";
    }

    private static Table Table(SearchResponse answer)
    {
        var table = new Table { Border = TableBorder.Simple, Expand = false };
        table.AddColumn(new TableColumn("#").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("score").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("document"));
        foreach (var leg in new[] { "lexical", "dense", "rerank" })
        {
            table.AddColumn(new TableColumn(leg).RightAligned().NoWrap());
        }

        var rank = 0;
        foreach (var hit in answer.Results)
        {
            table.AddRow(
                Plain((++rank).ToString(CultureInfo.InvariantCulture)),
                Plain(hit.Score.ToString("0.000", CultureInfo.InvariantCulture)),
                new Rows(Plain(Title(hit)), new Text(Snippet(hit.Text ?? ""), new Style(decoration: Decoration.Dim))),
                Plain(Leg(hit.Explain.Lexical)),
                Plain(Leg(hit.Explain.Dense)),
                Plain(Leg(hit.Explain.Rerank))
            );
        }

        return table;
    }

    private static string Title(SearchHit hit) =>
        hit.Title is null || hit.Title.StartsWith(hit.Id, StringComparison.Ordinal) ? hit.Title ?? hit.Id : $"{hit.Id}  {hit.Title}";

    private static string Snippet(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= SnippetLength ? line : line[..SnippetLength] + "...";
    }

    private static string Leg(LegScore? leg) =>
        leg is null ? "-" : $"{leg.Score.ToString("0.00", CultureInfo.InvariantCulture)}{(leg.Rank is { } rank ? $" #{rank}" : "")}";

    private static string Ms(double milliseconds) => $"{milliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms";

    private static Text Plain(string text) => new(text);
}
