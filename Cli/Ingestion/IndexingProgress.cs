using EmbedPlatform.Cli.CommandLine;
using Spectre.Console;

namespace EmbedPlatform.Cli.Ingestion;

/// <summary>Shows the progress of indexing: a bar on a terminal, else a line every few seconds.</summary>
internal static class IndexingProgress
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <summary>Runs the work and shows its state until it ends.</summary>
    /// <param name="terminal">Where progress goes.</param>
    /// <param name="state">Reads the state.</param>
    /// <param name="total">The number of documents, if it is known.</param>
    /// <param name="work">The work.</param>
    public static async Task<IndexingReport> ShowAsync(
        Terminal terminal,
        Func<IndexingState> state,
        long? total,
        Func<Task<IndexingReport>> work
    )
    {
        if (!terminal.IsProgressLive)
        {
            return await ShowLinesAsync(terminal, state, total, work());
        }

        var progress = terminal
            .Progress.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn());
        return await progress.StartAsync(async context =>
        {
            var sending = context.AddTask("sending", maxValue: total ?? 1);
            var embedding = context.AddTask("embedding", maxValue: total ?? 1);
            sending.IsIndeterminate = total is null;
            var running = work();
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(RedrawInterval));
                var now = state();
                embedding.MaxValue = total ?? Math.Max(1, now.Sent);
                sending.Value = now.Sent;
                embedding.Value = now.Ready;
                sending.Description = $"sending   {now.Sent,9:N0} documents";
                embedding.Description = $"embedding {now.Ready,9:N0} documents {Rate(now),7:N0}/s";
            }

            return await running;
        });
    }

    private static async Task<IndexingReport> ShowLinesAsync(
        Terminal terminal,
        Func<IndexingState> state,
        long? total,
        Task<IndexingReport> running
    )
    {
        while (await Task.WhenAny(running, Task.Delay(LineInterval)) != running)
        {
            var now = state();
            var of = total is { } all ? $" of {all:N0}" : "";
            terminal.WriteErrorLine($"  sent {now.Sent:N0}{of}, embedded {now.Ready:N0}, {Rate(now):N0} documents/s");
        }

        return await running;
    }

    private static double Rate(IndexingState state) => state.Ready / Math.Max(state.Elapsed.TotalSeconds, 0.001);
}
