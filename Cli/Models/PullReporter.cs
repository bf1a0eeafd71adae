using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Cli.Models;

/// <summary>Reports the steps of a pull, and every few seconds the progress of a file.</summary>
/// <param name="terminal">Where progress goes.</param>
internal sealed class PullReporter(Terminal terminal) : IProgress<PullProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Stopwatch _sinceReport = Stopwatch.StartNew();
    private string _reported = "";

    /// <inheritdoc/>
    public void Report(PullProgress value)
    {
        var step = $"{value.Model}: {value.Step}{(value.File is { } file ? $" {file}" : "")}";
        lock (_gate)
        {
            if (step == _reported && _sinceReport.Elapsed < Interval)
            {
                return;
            }

            terminal.WriteErrorLine(step == _reported ? $"{step}: {Amount(value)}" : step);
            _reported = step;
            _sinceReport.Restart();
        }
    }

    private static string Amount(PullProgress value) =>
        ModelTable.Megabytes(value.Bytes) + (value.TotalBytes is { } total ? $" of {ModelTable.Megabytes(total)}" : "");
}
