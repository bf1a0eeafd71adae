using System.Globalization;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Ingest;

/// <summary>Writes a report as text.</summary>
internal static class IngestTable
{
    /// <summary>Writes it.</summary>
    public static void Write(Terminal terminal, IngestReport report)
    {
        var collections = Text($"{report.Collections} collection(s), model {report.Model}");
        Line($"{report.Documents:N0} documents, {report.Chunks:N0} chunks, {report.Tokens:N0} tokens, {collections}");
        var tokens = report.Tokens / report.Seconds;
        Line($"  {report.DocumentsPerSecond:N1} documents/s, {report.ChunksPerSecond:N1} chunks/s, {tokens:N0} tokens/s");
        var index = Text($"first embedded after {report.FirstEmbeddedSeconds:N1} s, index built after {report.IndexedSeconds:N1} s");
        Line($"  all embedded after {report.Seconds:N1} s, all acknowledged after {report.StoredSeconds:N1} s, {index}");
        Line($"  the model ran {report.TextsRun:N0} texts, {report.TextsTruncated:N0} of them over its limit");
        if (report.Cpu is { } cpu)
        {
            Line(
                $"CPU time {cpu.All:N1} s ({cpu.All / report.IndexedSeconds:N2} cores), in the model {cpu.Model:N1} s: {cpu.ModelShare:P1}"
            );
            foreach (var (part, seconds) in cpu.Parts.OrderByDescending(part => part.Value))
            {
                var rest = part == "EmbedService" ? Text($"   of which outside the model {seconds - cpu.Model:N1} s") : "";
                Line($"  {part,-14} {seconds,9:N1} s {seconds / cpu.All,8:P1}{rest}");
            }
        }
        else
        {
            Line($"CPU time and memory: unknown, because this command did not start the platform (--start)");
        }

        if (report.Memory is { Count: > 0 } memory)
        {
            var parts = memory.SelectMany(moment => moment.Megabytes.Keys).Distinct().Order().ToArray();
            Line($"memory, MB      {string.Concat(parts.Select(part => $"{part,15}"))}");
            foreach (var moment in memory)
            {
                var columns = string.Concat(parts.Select(part => Text($"{moment.Megabytes.GetValueOrDefault(part),15:N0}")));
                Line($"  {moment.Percent,3} % {moment.Seconds,6:N0} s {columns}");
            }
        }

        terminal.Output.WriteLine(
            report.Problems.Count == 0 ? "every document is stored as sent and embedded; no chunk was embedded twice" : "PROBLEMS:"
        );
        foreach (var problem in report.Problems)
        {
            Line($"  {problem}");
        }

        void Line(FormattableString text) => terminal.Output.WriteLine(Text(text));

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
