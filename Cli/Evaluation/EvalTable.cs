using System.Globalization;
using EmbedPlatform.Cli.CommandLine;
using Spectre.Console;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>Shows an evaluation as a table.</summary>
internal static class EvalTable
{
    /// <summary>Writes the report to the results and its problems to the errors.</summary>
    public static void Write(Terminal terminal, EvalReport report)
    {
        terminal.Results.WriteLine(
            $"{report.Data} ({report.Split}): {report.Documents:N0} documents, {report.Queries:N0} queries, {report.Model}, " +
            $"collection {report.Collection}, limit {report.Limit}, concurrency {report.Concurrency}");
        var table = new Table { Border = TableBorder.Simple, Expand = false };
        table.AddColumn(new TableColumn("mode").NoWrap());
        foreach (var column in new[] { "nDCG@10", "MRR@10", "Recall@100", "p50 ms", "p95 ms", "cached", "reranked", "failed", "degraded" })
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        }

        foreach (var mode in report.Modes)
        {
            table.AddRow(new[]
            {
                mode.Mode, Number(mode.NdcgAt10, 4), Number(mode.MrrAt10, 4), Number(mode.RecallAt100, 4), Number(mode.P50Ms, 1),
                Number(mode.P95Ms, 1), Number(mode.CachedEmbeddings, 0), Number(mode.Reranked, 0), Number(mode.Failed, 0), Number(mode.Degraded, 0),
            }.Select(cell => new Text(cell)));
        }

        terminal.Results.Write(table);
    }

    /// <summary>Says loudly which rows do not stand on good answers.</summary>
    public static void WriteProblems(Terminal terminal, EvalReport report)
    {
        foreach (var mode in report.Modes.Where(mode => mode.FirstProblem is not null))
        {
            terminal.Say(
                $"embedctl: {mode.Mode}: NOT SOUND: {mode.Failed} failed and {mode.Degraded} degraded of {report.Queries} queries " +
                $"count as 0; the first: {mode.FirstProblem}");
        }
    }

    private static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
