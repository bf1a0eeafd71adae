using System.Globalization;

namespace EmbedPlatform.Bench.Engine;

/// <summary>What the command line asks for.</summary>
internal sealed record Settings
{
    public bool Rerank { get; private init; }
    public string Model { get; private init; } = "default";
    public string ModelsRoot { get; private init; } = "";
    public string? Texts { get; private init; }
    public int Count { get; private init; } = 256;
    public int Workers { get; private init; } = 1;
    public int? BatchTokens { get; private init; }
    public int RawBatch { get; private init; } = 32;
    public int Rounds { get; private init; } = 5;
    public bool Profile { get; private init; }

    public static Settings Parse(string[] args)
    {
        var settings = new Settings();
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new ArgumentException($"{args[i - 1]} wants a value.");
            int Number() => int.Parse(Value(), NumberStyles.None, CultureInfo.InvariantCulture);
            settings = args[i] switch
            {
                "--task" => settings with { Rerank = Value() == "rerank" },
                "--model" => settings with { Model = Value() },
                "--models-root" => settings with { ModelsRoot = Value() },
                "--texts" => settings with { Texts = Value() },
                "--count" => settings with { Count = Number() },
                "--workers" => settings with { Workers = Number() },
                "--batch-tokens" => settings with { BatchTokens = Number() },
                "--raw-batch" => settings with { RawBatch = Number() },
                "--rounds" => settings with { Rounds = Number() },
                "--profile" => settings with { Profile = true },
                var unknown => throw new ArgumentException($"Unknown option {unknown}."),
            };
        }

        return settings;
    }
}
