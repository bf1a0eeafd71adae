using System.Diagnostics;
using System.Globalization;
using EmbedPlatform.Bench.Engine.Llama;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Engine;

/// <summary>The most memory that each contender holds while it loads the model and embeds the same mixed texts: each in a process of its own.</summary>
internal static class MemoryScenario
{
    public const string Engine = "engine",
        Defaults = "defaults",
        LlamaCpp = "llama.cpp",
        TransformersJs = "transformers.js";

    public static async Task RunAsync(Subject subject, string[] arguments, Report report)
    {
        var settings = subject.Settings;
        if (settings.Contender is { } contender)
        {
            Console.WriteLine(await PeakAsync(subject, contender));
            return;
        }

        // The file is written here: what that takes is not the peer's.
        var gguf = settings.Llama is null ? null : BertGguf.Write(subject);
        string[] contenders =
        [
            Engine,
            Defaults,
            .. gguf is null ? [] : (string[])[LlamaCpp],
            .. settings.Node ? (string[])[TransformersJs] : [],
        ];
        foreach (var name in contenders)
        {
            try
            {
                report.Figure(
                    name,
                    PeakOfChild([.. arguments, "--contender", name, "--gguf", gguf ?? ""]) / (double)(1 << 20),
                    "MB at most"
                );
            }
            catch (UsageException why)
            {
                report.Fact(name, $"not measured: {why.Message}");
            }
        }

        if (gguf is not null)
        {
            File.Delete(gguf);
        }
    }

    private static async Task<long> PeakAsync(Subject subject, string contender)
    {
        var texts = Texts(subject);
        switch (contender)
        {
            case Engine:
                await using (var ours = EmbeddingModel.Load(subject.Model, subject.Options))
                {
                    await ours.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, CancellationToken.None);
                }

                break;
            case Defaults:
                using (var plain = new DefaultRuntime(subject.Model))
                {
                    plain.Seconds(texts);
                }

                break;
            case LlamaCpp:
                using (var llama = LlamaPeer.Open(subject.Settings.Gguf!, subject.Model.Entry.MaxTokens, subject.Options.Workers))
                {
                    llama.Seconds(texts);
                }

                break;
            default:
                using (var node = NodePeer.Start(subject.Model))
                {
                    node.Seconds(texts);
                    return node.PeakBytes;
                }
        }

        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }

    private static string[] Texts(Subject subject) =>
        subject.Texts.Mixed(subject.Settings.Count ?? 1000, Math.Min(500, subject.Model.Entry.MaxTokens), subject.Settings.UniformLengths);

    private static long PeakOfChild(string[] arguments)
    {
        using var child = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var error = child.StandardError.ReadToEndAsync();
        var lines = child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        return child.ExitCode == 0 && long.TryParse(lines[^1], CultureInfo.InvariantCulture, out var peak)
            ? peak
            : throw new UsageException(
                error.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? $"exit code {child.ExitCode}"
            );
    }
}
