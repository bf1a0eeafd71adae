using System.Globalization;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;
using Spectre.Console;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>Prints an evaluation as a table.</summary>
internal static class EvalTable
{
    /// <summary>Writes the report to the results and its problems to the errors.</summary>
    public static void Write(Terminal terminal, EvalReport report)
    {
        terminal.Results.WriteLine(
            $"{report.Data} ({report.Split}): {report.Documents:N0} documents{Skipped(report)}, {report.Queries:N0} queries, "
                + $"{report.Model}, collection {report.Collection}, limit {report.Limit}, concurrency {report.Concurrency}"
        );
        var table = new Table { Border = TableBorder.Simple, Expand = false };
        table.AddColumn(new TableColumn("mode").NoWrap());
        foreach (var column in new[] { "nDCG@10", "MRR@10", "Recall@100", "p50 ms", "p95 ms", "cached", "reranked", "failed", "degraded" })
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        }

        foreach (var mode in report.Modes)
        {
            table.AddRow(
                new[]
                {
                    mode.Mode,
                    Number(mode.NdcgAt10, 4),
                    Number(mode.MrrAt10, 4),
                    Number(mode.RecallAt100, 4),
                    Number(mode.P50Ms, 1),
                    Number(mode.P95Ms, 1),
                    Number(mode.CachedEmbeddings, 0),
                    Number(mode.Reranked, 0),
                    Number(mode.Failed, 0),
                    Number(mode.Degraded, 0),
                }.Select(cell => new Text(cell))
            );
        }

        terminal.Results.Write(table);
        foreach (var mode in report.Modes.Where(mode => mode.Fusion is not null))
        {
            terminal.Results.WriteLine($"{mode.Mode}: {Describe(mode.Fusion!)}");
        }
    }

    /// <summary>Reports the rows with failed or degraded queries.</summary>
    public static void WriteProblems(Terminal terminal, EvalReport report)
    {
        foreach (var mode in report.Modes.Where(mode => mode.FirstProblem is not null))
        {
            terminal.WriteErrorLine(
                $"embedctl: {mode.Mode}: NOT SOUND: {mode.Failed} failed and {mode.Degraded} degraded of {report.Queries} queries "
                    + $"count as 0; the first: {mode.FirstProblem}"
            );
        }
    }

    /// <summary>How legs were fused, as one line.</summary>
    public static string Describe(FusionOutcome fusion)
    {
        var legs = new[] { ("lexical", fusion.Weights.Lexical), ("dense", fusion.Weights.Dense), ("rerank", fusion.Weights.Rerank) };
        var weights = string.Join(
            ", ",
            legs.Where(leg => leg.Item2 is not null).Select(leg => string.Create(CultureInfo.InvariantCulture, $"{leg.Item1} {leg.Item2}"))
        );
        return $"{weights} by {(fusion.Method == FusionMode.Rrf ? "reciprocal ranks" : "scores")} ({fusion.Source})";
    }

    private static string Skipped(EvalReport report) => report.Skipped.Count > 0 ? $" ({report.Skipped.Count:N0} left out)" : "";

    private static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
