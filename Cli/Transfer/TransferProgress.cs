using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;
using Spectre.Console;

namespace EmbedPlatform.Cli.Transfer;

/// <summary>Shows the progress of an export or import: a bar on a terminal, else a line every few seconds.</summary>
internal static class TransferProgress
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <summary>Runs the work and shows how many documents have passed until it ends.</summary>
    /// <param name="terminal">Where progress goes.</param>
    /// <param name="what">The work in a few words.</param>
    /// <param name="done">Reads the number of documents so far.</param>
    /// <param name="total">Reads the number of all documents, if it is known.</param>
    /// <param name="work">The work.</param>
    public static async Task<T> ShowAsync<T>(Terminal terminal, string what, Func<long> done, Func<long?> total, Func<Task<T>> work)
    {
        var watch = Stopwatch.StartNew();
        if (terminal.IsProgressLive)
        {
            return await terminal
                .Progress.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async context =>
                {
                    var bar = context.AddTask(what);
                    var running = work();
                    while (!running.IsCompleted)
                    {
                        await Task.WhenAny(running, Task.Delay(RedrawInterval));
                        bar.IsIndeterminate = total() is null;
                        bar.MaxValue = Math.Max(1, total() ?? done());
                        bar.Value = done();
                        bar.Description = $"{Markup.Escape(what)} {done(), 9:N0} documents";
                    }

                    return await running;
                });
        }

        var task = work();
        while (await Task.WhenAny(task, Task.Delay(LineInterval)) != task)
        {
            var of = total() is { } all ? $" of {all:N0}" : "";
            var rate = done() / Math.Max(watch.Elapsed.TotalSeconds, 0.001);
            terminal.WriteErrorLine($"  {what}: {done():N0}{of} documents, {rate:N0}/s");
        }

        return await task;
    }
}
