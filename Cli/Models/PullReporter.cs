using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Cli.Models;

/// <summary>Says what a pull does: each step once, and how far a file is every few seconds.</summary>
/// <param name="terminal">Where to say it.</param>
internal sealed class PullReporter(Terminal terminal) : IProgress<PullProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private string _told = "";

    /// <inheritdoc/>
    public void Report(PullProgress value)
    {
        var step = $"{value.Model}: {value.Step}{(value.File is { } file ? $" {file}" : "")}";
        lock (_gate)
        {
            if (step == _told && _sinceTold.Elapsed < Interval)
            {
                return;
            }

            terminal.Say(step == _told ? $"{step}: {Amount(value)}" : step);
            _told = step;
            _sinceTold.Restart();
        }
    }

    private static string Amount(PullProgress value) =>
        ModelTable.Megabytes(value.Bytes) + (value.TotalBytes is { } total ? $" of {ModelTable.Megabytes(total)}" : "");
}
