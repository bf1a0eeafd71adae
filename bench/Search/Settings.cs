using System.Globalization;

namespace EmbedPlatform.Bench.Search;

/// <summary>What the command line asks for; bench/README.md describes it.</summary>
internal sealed record Settings
{
    /// <summary>The variable with the connection string of SearchApi's database, as SearchApi itself has it: it holds a password, which belongs on no command line.</summary>
    public const string DatabaseVariable = "ConnectionStrings__vectors";

    public Uri? Search { get; private init; }
    public Uri? Embed { get; private init; }
    public string Database { get; private init; } = "";
    public string Collection { get; private init; } = "packages";
    public int Queries { get; private init; } = 300;
    public int Clients { get; private init; } = 20;
    public int Requests { get; private init; } = 1000;
    public int Recall { get; private init; } = 400;
    public int Seed { get; private init; } = Environment.TickCount & 0xFFFFFF;
    public bool Json { get; private init; }

    /// <exception cref="UsageException">An option is unknown, missing, or its value is out of range.</exception>
    public static Settings Parse(string[] args)
    {
        var settings = new Settings { Database = Environment.GetEnvironmentVariable(DatabaseVariable) ?? "" };
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new UsageException($"{args[i - 1]} wants a value");
            int Number() =>
                Value() is var word && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                    ? number
                    : throw new UsageException($"{args[i - 1]} wants a number above 0, not '{word}'");
            Uri Address() =>
                Value() is var word && Uri.TryCreate(word.TrimEnd('/') + "/", UriKind.Absolute, out var address)
                    ? address
                    : throw new UsageException($"{args[i - 1]} wants an address, not '{word}'");
            settings = args[i] switch
            {
                "--search-url" => settings with { Search = Address() },
                "--embed-url" => settings with { Embed = Address() },
                "--collection" => settings with { Collection = Value() },
                "--queries" => settings with { Queries = Number() },
                "--clients" => settings with { Clients = Number() },
                "--requests" => settings with { Requests = Number() },
                "--recall" => settings with { Recall = Number() },
                "--seed" => settings with { Seed = Number() },
                "--json" => settings with { Json = true },
                var unknown => throw new UsageException($"unknown option {unknown}"),
            };
        }

        return settings is { Search: not null, Embed: not null, Database.Length: > 0 }
            ? settings
            : throw new UsageException(
                $"--search-url, --embed-url and the variable {DatabaseVariable} are needed; embedctl bench search finds them"
            );
    }
}
