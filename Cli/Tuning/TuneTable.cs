using System.Globalization;
using EmbedPlatform.Cli.CommandLine;
using Spectre.Console;

namespace EmbedPlatform.Cli.Tuning;

/// <summary>Prints the result of tuning as a table.</summary>
internal static class TuneTable
{
    /// <summary>Writes the report.</summary>
    public static void Write(Terminal terminal, TuneReport report, bool dryRun)
    {
        terminal.Results.WriteLine(
            $"{report.Data} ({report.Split}): {report.Queries:N0} queries, {report.Model}, collection {report.Collection}, "
                + $"{report.Folds} folds, seed {report.Seed}, paired randomisation test of {PairedTest.Samples:N0} samples"
        );
        var table = new Table { Border = TableBorder.Simple, Expand = false };
        table.AddColumn(new TableColumn("nDCG@10").NoWrap());
        table.AddColumn(new TableColumn("rule"));
        foreach (var column in new[] { "in sample", "out of fold", "gain", "p" })
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        }

        table.AddRow(Cells("current", report.Current.Rule.ToString(), Number(report.Current.Ndcg), "", "", ""));
        table.AddRow(Cells("best without reranker", report.Fused));
        if (report.Reranked is { } reranked)
        {
            table.AddRow(Cells("best with reranker", reranked));
        }

        terminal.Results.Write(table);
        foreach (
            var (name, row) in new[] { ("without reranker", report.Fused), ("with reranker", report.Reranked) }.Where(row =>
                row.Item2 is not null
            )
        )
        {
            var chosen = row!
                .FoldRules.GroupBy(rule => rule)
                .OrderByDescending(group => group.Count())
                .Select(group => $"{group.Key} in {group.Count()}");
            terminal.Results.WriteLine($"folds {name}: {string.Join("; ", chosen)}");
        }

        if (report.Reranked is { GainOverFused: { } gain, POverFused: { } p })
        {
            terminal.Results.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"gain of reranking, out of fold: {gain:+0.0000;-0.0000;0.0000}, p = {p:0.0000}"
                )
            );
        }

        terminal.Results.WriteLine(Verdict(report, dryRun));
    }

    private static string Verdict(TuneReport report, bool dryRun)
    {
        var best = report.Winner == "reranked" ? report.Reranked! : report.Fused;
        return report.Winner == "current" ? $"{report.Collection} is unchanged: no rule is significantly better"
            : report.Written ? $"{report.Collection} now ranks by {best.Rule}"
            : dryRun ? $"{report.Collection} is unchanged (--dry-run); the better rule is {best.Rule}"
            : $"{report.Collection} is unchanged";
    }

    private static Text[] Cells(string name, TunedRow row) =>
        Cells(
            name,
            row.Rule.ToString(),
            Number(row.InSample),
            Number(row.OutOfFold),
            row.Gain.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture),
            Number(row.P)
        );

    private static Text[] Cells(params string[] cells) => [.. cells.Select(cell => new Text(cell))];

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
