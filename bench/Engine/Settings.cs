using System.Globalization;

namespace EmbedPlatform.Bench.Engine;

/// <summary>What the command line asks for; bench/README.md describes it.</summary>
internal sealed record Settings
{
    public const string Scenarios = "mixed, chunks500, rerank, latency, memory, profile";

    public string Scenario { get; private init; } = "mixed";
    public string? Model { get; private init; }
    public string ModelsRoot { get; private init; } = "";
    public int? MaxTokens { get; private init; }
    public string? Texts { get; private init; }
    public bool UniformLengths { get; private init; }
    public int? Count { get; private init; }
    public int Workers { get; private init; } = Environment.ProcessorCount;
    public int? BatchTokens { get; private init; }
    public int Rounds { get; private init; } = 3;
    public int PeerEvery { get; private init; } = 10;
    public bool Node { get; private init; } = true;
    public string? Llama { get; private init; }

    /// <summary>What a process that the scenario memory starts measures.</summary>
    public string? Contender { get; private init; }

    public string? Gguf { get; private init; }
    public int Soak { get; private init; }
    public bool Json { get; private init; }

    /// <exception cref="UsageException">An option is unknown or its value is out of range.</exception>
    public static Settings Parse(string[] args)
    {
        var settings = new Settings();
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new UsageException($"{args[i - 1]} wants a value");
            int Number() =>
                Value() is var word && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                    ? number
                    : throw new UsageException($"{args[i - 1]} wants a number above 0, not '{word}'");
            settings = args[i] switch
            {
                "--scenario" => settings with { Scenario = Value() },
                "--model" => settings with { Model = Value() },
                "--models-root" => settings with { ModelsRoot = Value() },
                "--max-tokens" => settings with { MaxTokens = Number() },
                "--texts" => settings with { Texts = Value() },
                "--lengths" => settings with
                {
                    UniformLengths = Value() switch
                    {
                        "uniform" => true,
                        "log" => false,
                        var word => throw new UsageException($"--lengths is log or uniform, not '{word}'"),
                    },
                },
                "--count" => settings with { Count = Number() },
                "--workers" => settings with { Workers = Number() },
                "--batch-tokens" => settings with { BatchTokens = Number() },
                "--rounds" => settings with { Rounds = Number() },
                "--peer-every" => settings with { PeerEvery = Number() },
                "--no-node" => settings with { Node = false },
                "--llama" => settings with { Llama = Value() },
                "--contender" => settings with { Contender = Value() },
                "--gguf" => settings with { Gguf = Value() },
                "--soak" => settings with { Soak = Number() },
                "--json" => settings with { Json = true },
                var unknown => throw new UsageException($"unknown option {unknown}"),
            };
        }

        return Scenarios.Split(", ").Contains(settings.Scenario)
            ? settings
            : throw new UsageException($"--scenario is one of {Scenarios}, not '{settings.Scenario}'");
    }
}
