using System.Diagnostics;
using System.Globalization;
using CliWrap;
using CliWrap.Buffered;
using EmbedPlatform.Bench.Engine.Llama;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Bench.Node;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Engine;

/// <summary>The peak memory of each contender while it loads the model and embeds the same mixed texts, each in its own process.</summary>
internal static class MemoryScenario
{
    public const string Engine = "engine",
        Defaults = "defaults",
        LlamaCpp = "llama.cpp",
        TransformersJs = "transformers.js";

    public static async Task RunAsync(EngineWorkload workload, Report report)
    {
        var settings = workload.Settings;
        // Written here, so that the memory this takes is not counted as the peer's.
        var gguf = settings.Llama is null ? null : BertGguf.Write(workload);
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
                    await PeakOfChildAsync([.. Environment.GetCommandLineArgs(), "--contender", name, "--gguf", gguf ?? ""])
                        / (double)(1 << 20),
                    "MB peak"
                );
            }
            catch (CommandException why)
            {
                report.Fact(name, $"not measured: {why.Message}");
            }
        }

        if (gguf is not null)
        {
            File.Delete(gguf);
        }
    }

    /// <summary>The peak memory of this process, or of Node, after one contender has embedded the texts.</summary>
    public static async Task<long> PeakBytesAsync(EngineWorkload workload, string contender)
    {
        var texts = Texts(workload);
        switch (contender)
        {
            case Engine:
                await using (var engine = EmbeddingModel.Load(workload.Model, workload.Options))
                {
                    await engine.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, CancellationToken.None);
                }

                break;
            case Defaults:
                using (var plain = new DefaultRuntime(workload.Model))
                {
                    plain.Seconds(texts);
                }

                break;
            case LlamaCpp:
                using (var llama = LlamaPeer.Open(workload.Settings.Gguf!, workload.Model.Entry.MaxTokens, workload.Options.Workers))
                {
                    llama.Seconds(texts);
                }

                break;
            default:
                using (var node = NodePeer.Start(workload.Model))
                {
                    node.Seconds(texts);
                    return node.PeakBytes;
                }
        }

        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }

    private static string[] Texts(EngineWorkload workload) =>
        workload.Texts.Mixed(
            workload.Settings.Count ?? 1000,
            Math.Min(500, workload.Model.Entry.MaxTokens),
            workload.Settings.UniformLengths
        );

    private static async Task<long> PeakOfChildAsync(string[] arguments)
    {
        var (code, output, error) = await new Command("dotnet")
            .WithArguments(arguments)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return code == 0 && long.TryParse(lines[^1], CultureInfo.InvariantCulture, out var peak)
            ? peak
            : throw new CommandException(error.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? $"exit code {code}");
    }
}
