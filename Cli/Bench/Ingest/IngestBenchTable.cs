using System.Globalization;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Bench.Ingest;

/// <summary>Shows a report to people.</summary>
internal static class IngestBenchTable
{
    /// <summary>Writes it.</summary>
    public static void Write(Terminal terminal, IngestBenchReport report)
    {
        Line(
            $"{report.Documents:N0} documents, {report.Chunks:N0} chunks, {report.Tokens:N0} tokens, {report.Collections} collection(s), model {report.Model}"
        );
        Line(
            $"  {report.DocumentsPerSecond:N1} documents/s, {report.ChunksPerSecond:N1} chunks/s, {report.Tokens / report.Seconds:N0} tokens/s"
        );
        Line(
            $"  all embedded after {report.Seconds:N1} s, all acknowledged after {report.StoredSeconds:N1} s, first seen embedded after {report.FirstEmbeddedSeconds:N1} s, index built after {report.IndexedSeconds:N1} s"
        );
        Line($"  the model ran {report.TextsRun:N0} texts, {report.TextsTruncated:N0} of them too long");
        if (report.Cpu is { } cpu)
        {
            Line(
                $"processor time {cpu.All:N1} s ({cpu.All / report.IndexedSeconds:N2} cores), in the model {cpu.Model:N1} s: {cpu.ModelShare:P1}"
            );
            foreach (var (part, seconds) in cpu.Parts.OrderByDescending(part => part.Value))
            {
                Line(
                    $"  {part,-14} {seconds,9:N1} s {seconds / cpu.All,8:P1}{(part == "EmbedService" ? $"   of which outside of the model {seconds - cpu.Model:N1} s" : "")}"
                );
            }
        }
        else
        {
            Line($"processor time and memory: not known, the platform was not started by this command (--start)");
        }

        if (report.Memory is { Count: > 0 } memory)
        {
            var parts = memory.SelectMany(moment => moment.Megabytes.Keys).Distinct().Order().ToArray();
            Line($"memory, MB      {string.Concat(parts.Select(part => $"{part,15}"))}");
            foreach (var moment in memory)
            {
                Line(
                    $"  {moment.Percent,3} % {moment.Seconds,6:N0} s {string.Concat(parts.Select(part => $"{moment.Megabytes.GetValueOrDefault(part),15:N0}"))}"
                );
            }
        }

        terminal.Output.WriteLine(
            report.Problems.Count == 0 ? "every document is there as it was sent and embedded, no chunk was embedded twice" : "PROBLEMS:"
        );
        foreach (var problem in report.Problems)
        {
            Line($"  {problem}");
        }

        void Line(FormattableString text) => terminal.Output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }
}
