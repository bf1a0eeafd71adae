using System.Globalization;

namespace EmbedPlatform.Bench.Http;

/// <summary>What the command line asks for; bench/README.md describes it.</summary>
internal sealed record Settings
{
    public const string Scenarios = "cost, overload, cores";

    public string Scenario { get; private init; } = "cost";
    public string? Model { get; private init; }
    public string ModelsRoot { get; private init; } = "";
    public string? Texts { get; private init; }
    public string? Redis { get; private init; }
    public int Count { get; private init; } = 500;
    public int Rounds { get; private init; } = 5;
    public int Seconds { get; private init; } = 60;
    public int Factor { get; private init; } = 4;
    public int DeadlineMs { get; private init; } = 2000;
    public bool Node { get; private init; } = true;
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
                "--texts" => settings with { Texts = Value() },
                "--redis" => settings with { Redis = Value() },
                "--count" => settings with { Count = Number() },
                "--rounds" => settings with { Rounds = Number() },
                "--seconds" => settings with { Seconds = Number() },
                "--factor" => settings with { Factor = Number() },
                "--deadline-ms" => settings with { DeadlineMs = Number() },
                "--no-node" => settings with { Node = false },
                "--json" => settings with { Json = true },
                var unknown => throw new UsageException($"unknown option {unknown}"),
            };
        }

        return Scenarios.Split(", ").Contains(settings.Scenario)
            ? settings
            : throw new UsageException($"--scenario is one of {Scenarios}, not '{settings.Scenario}'");
    }
}
