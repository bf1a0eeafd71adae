using System.Globalization;

namespace EmbedPlatform.Bench.Replicas;

/// <summary>What the command line asks for; bench/README.md describes it.</summary>
internal sealed record Settings
{
    public int[] Replicas { get; private init; } = [1, 2, 4];
    public int Documents { get; private init; } = 600;
    public int Seconds { get; private init; } = 20;
    public double EmbedShare { get; private init; } = 0.2;
    public double SearchShare { get; private init; } = 0.15;
    public string? Model { get; private init; }
    public string? ModelsRoot { get; private init; }
    public bool Json { get; private init; }

    /// <exception cref="UsageException">An option is unknown or its value is out of range.</exception>
    public static Settings Parse(string[] args)
    {
        var settings = new Settings();
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new UsageException($"{args[i - 1]} wants a value");
            int Number(string word) =>
                int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                    ? number
                    : throw new UsageException($"{args[i - 1]} wants numbers above 0, not '{word}'");
            double Share() =>
                Value() is var word
                && double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share)
                && share is >= 0.05 and <= 64
                    ? share
                    : throw new UsageException($"{args[i - 1]} wants cores from 0.05, not '{word}'");
            settings = args[i] switch
            {
                "--replicas" => settings with { Replicas = [.. Value().Split(',').Select(Number)] },
                "--documents" => settings with { Documents = Number(Value()) },
                "--seconds" => settings with { Seconds = Number(Value()) },
                "--embed-share" => settings with { EmbedShare = Share() },
                "--search-share" => settings with { SearchShare = Share() },
                "--model" => settings with { Model = Value() },
                "--models-root" => settings with { ModelsRoot = Value() },
                "--json" => settings with { Json = true },
                var unknown => throw new UsageException($"unknown option {unknown}"),
            };
        }

        return settings;
    }
}
