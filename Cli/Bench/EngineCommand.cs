using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Bench;

/// <summary><c>embedctl bench engine</c>.</summary>
internal static class EngineCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "engine",
            "Compares the engine with raw ONNX Runtime and with transformers.js on the same model and texts; prints ratios.\n"
                + "Needs the source tree; compares with transformers.js where Node and an npm registry are there."
        );
        var scenario = command.Has(
            new Option<string>("--scenario")
            {
                Description = "mixed (texts of 5 to 500 tokens), chunks500 (time and peak memory), rerank, latency, memory, profile",
                DefaultValueFactory = _ => "mixed",
            }
        );
        scenario.AcceptOnlyFromAmong("mixed", "chunks500", "rerank", "latency", "memory", "profile");
        Option[] passed =
        [
            scenario,
            command.Has(
                new Option<string?>("--model")
                {
                    Description = "An installed model, or a folder with model.onnx and tokenizer.json (else: the default one)",
                    HelpName = "ID|DIR",
                }
            ),
            command.Has(new Option<string?>("--models-root") { Description = "Folders of models, separated by ';'", HelpName = "DIRS" }),
            command.Has(
                new Option<int?>("--max-tokens")
                {
                    Description = "The most tokens of a text, where the model's own limit is not known or too large",
                }
            ),
            command.Has(
                new Option<string?>("--texts")
                {
                    Description = "A file with one text a line, plain or JSON with title and text (else: SciFact)",
                    HelpName = "FILE",
                }
            ),
            command.Has(
                new Option<string?>("--lengths")
                {
                    Description = "log: as many texts of 5 to 50 as of 50 to 500 tokens; uniform: every length equally often",
                    HelpName = "log|uniform",
                }
            ),
            command.Has(
                new Option<int?>("--count")
                {
                    Description = "How many texts, or questions (10000; chunks500 1000, memory 1000, rerank 50, latency 300)",
                }
            ),
            command.Has(new Option<int?>("--rounds") { Description = "How many times each contender runs, by turns (3)" }),
            command.Has(new Option<int?>("--workers") { Description = "Runs side by side (one per core)" }),
            command.Has(new Option<int?>("--batch-tokens") { Description = "The engine's tokens a batch" }),
            command.Has(new Option<int?>("--peer-every") { Description = "The slow contenders run every so manieth text (10)" }),
            command.Has(
                new Option<string?>("--llama")
                {
                    Description = "Also compare with llama.cpp, which gets the weights of this fp32 BERT model as GGUF",
                    HelpName = "ID|DIR",
                }
            ),
            command.Has(
                new Option<int?>("--soak")
                {
                    Description = "Instead: embed so many texts and compare memory at the end with that after warming up",
                }
            ),
        ];
        Option<bool>[] flags =
        [
            command.Has(new Option<bool>("--no-node") { Description = "Leave transformers.js out" }),
            command.Has(new Option<bool>("--json") { Description = "Print as JSON" }),
        ];
        return command.Passes(terminal, "Engine", passed, flags);
    }
}
