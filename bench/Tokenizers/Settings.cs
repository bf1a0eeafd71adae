namespace EmbedPlatform.Bench.Tokenizers;

/// <summary>What runs; bench/README.md explains the options.</summary>
internal sealed record Settings(IReadOnlyList<string> Tokenizers, string? Texts, int Count, int Rounds, bool JavaScript)
{
    /// <exception cref="ArgumentException">An option is unknown or lacks its value.</exception>
    public static Settings Parse(string[] args)
    {
        var tokenizers = new List<string>();
        var settings = new Settings(tokenizers, null, int.MaxValue, 7, true);
        for (var i = 0; i < args.Length; i++)
        {
            settings = args[i] switch
            {
                "--tokenizer" => With(settings, () => tokenizers.Add(Value(args, ref i))),
                "--texts" => settings with { Texts = Value(args, ref i) },
                "--count" => settings with { Count = Number(args, ref i) },
                "--rounds" => settings with { Rounds = Number(args, ref i) },
                "--no-js" => settings with { JavaScript = false },
                var unknown => throw new ArgumentException($"unknown option {unknown}"),
            };
        }

        return settings;
    }

    private static Settings With(Settings settings, Action change)
    {
        change();
        return settings;
    }

    private static string Value(string[] args, ref int i) =>
        ++i < args.Length ? args[i] : throw new ArgumentException($"{args[i - 1]} lacks its value");

    private static int Number(string[] args, ref int i) =>
        int.TryParse(Value(args, ref i), out var number) && number > 0
            ? number
            : throw new ArgumentException($"{args[i - 1]} is not a positive number: {args[i]}");
}
