using System.CommandLine;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Engine;

/// <summary><c>embedctl bench engine</c>.</summary>
internal static class EngineCommand
{
    private const string Mixed = "mixed",
        Chunks = "chunks500",
        Rerank = "rerank",
        Latency = "latency",
        Memory = "memory",
        Profile = "profile";

    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "engine",
            "Compares the engine with raw ONNX Runtime and with transformers.js on the same model and texts; prints ratios.\n"
                + "Needs the source tree; compares with transformers.js if Node and an npm registry are available."
        );
        var scenario = command.AddOption(
            new Option<string>("--scenario")
            {
                Description = "mixed (texts of 5 to 500 tokens), chunks500 (time and peak memory), rerank, latency, memory, profile",
                DefaultValueFactory = _ => Mixed,
            }
        );
        scenario.AcceptOnlyFromAmong(Mixed, Chunks, Rerank, Latency, Memory, Profile);
        var model = command.AddOption(
            new Option<string?>("--model")
            {
                Description = "An installed model, or a folder with model.onnx and tokenizer.json (else: the default one)",
                HelpName = "ID|DIR",
            }
        );
        var modelsRoot = command.AddOption(CommonOptions.ModelsRoot());
        var maxTokens = command.AddOption(
            new Option<int?>("--max-tokens")
            {
                Description = "The maximum tokens of a text, if the model's own limit is unknown or too large",
            }.AtLeast(1)
        );
        var texts = command.AddOption(CommonOptions.Texts());
        var lengths = command.AddOption(
            new Option<string>("--lengths")
            {
                Description = "log: as many texts of 5 to 50 as of 50 to 500 tokens; uniform: every length equally often",
                HelpName = "log|uniform",
                DefaultValueFactory = _ => "log",
            }
        );
        lengths.AcceptOnlyFromAmong("log", "uniform");
        var count = command.AddOption(
            new Option<int?>("--count")
            {
                Description = "How many texts, or questions (10000; chunks500 1000, memory 1000, rerank 50, latency 300)",
            }.AtLeast(1)
        );
        var rounds = command.AddOption(
            new Option<int>("--rounds")
            {
                Description = "How many times each contender runs, in turns",
                DefaultValueFactory = _ => 3,
            }.AtLeast(1)
        );
        var workers = command.AddOption(
            new Option<int>("--workers")
            {
                Description = "Concurrent runs, by default one per core",
                DefaultValueFactory = _ => Environment.ProcessorCount,
            }.AtLeast(1)
        );
        var batchTokens = command.AddOption(
            new Option<int?>("--batch-tokens") { Description = "The engine's tokens per batch" }.AtLeast(1)
        );
        var peerEvery = command.AddOption(
            new Option<int>("--peer-every")
            {
                Description = "The slow contenders run every nth text",
                DefaultValueFactory = _ => 10,
            }.AtLeast(1)
        );
        var llama = command.AddOption(
            new Option<string?>("--llama")
            {
                Description = "Also compare with llama.cpp, on the weights of this fp32 BERT model as GGUF",
                HelpName = "ID|DIR",
            }
        );
        var soak = command.AddOption(
            new Option<int?>("--soak")
            {
                Description = "Instead of a scenario: embed this many texts and compare memory at the end with memory after warm-up",
            }.AtLeast(1)
        );
        var noNode = command.AddOption(CommonOptions.NoNode());
        var json = command.AddOption(CommonOptions.Json());
        // The scenario memory passes these to the processes it starts.
        var contender = command.AddOption(new Option<string?>("--contender") { Hidden = true });
        var gguf = command.AddOption(new Option<string?>("--gguf") { Hidden = true });

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var settings = new EngineSettings
                {
                    Scenario = parse.GetRequiredValue(scenario),
                    Model = parse.GetValue(model),
                    ModelsRoot = parse.GetValue(modelsRoot) ?? "",
                    MaxTokens = parse.GetValue(maxTokens),
                    Texts = parse.GetValue(texts),
                    UniformLengths = parse.GetValue(lengths) == "uniform",
                    Count = parse.GetValue(count),
                    Workers = parse.GetValue(workers),
                    BatchTokens = parse.GetValue(batchTokens),
                    Rounds = parse.GetValue(rounds),
                    PeerEvery = parse.GetValue(peerEvery),
                    Node = !parse.GetValue(noNode),
                    Llama = parse.GetValue(llama),
                    Soak = parse.GetValue(soak),
                    Contender = parse.GetValue(contender),
                    Gguf = parse.GetValue(gguf),
                };
                var workload = new EngineWorkload(settings);
                if (settings.Contender is not null)
                {
                    await terminal.Output.WriteLineAsync($"{await MemoryScenario.PeakBytesAsync(workload, settings.Contender)}");
                    return 0;
                }

                var report = new Report(terminal, parse.GetValue(json));
                workload.Describe(report);
                await (
                    settings.Soak is { } soaked
                        ? SoakTest.RunAsync(workload, soaked, report)
                        : settings.Scenario switch
                        {
                            Chunks => ChunksScenario.RunAsync(workload, report),
                            Rerank => RerankScenario.RunAsync(workload, report),
                            Latency => LatencyScenario.RunAsync(workload, report),
                            Memory => MemoryScenario.RunAsync(workload, report),
                            Profile => ProfileScenario.RunAsync(workload, terminal),
                            _ => MixedScenario.RunAsync(workload, report),
                        }
                ).WaitAsync(cancellationToken);
                report.End();
                return 0;
            }
        );
    }
}
