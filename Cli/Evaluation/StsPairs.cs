using System.Globalization;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>Two sentences and their similarity as judged by people, from 0 to 5.</summary>
internal sealed record StsPair(string First, string Second, double Score);

/// <summary>Reads the STS benchmark (ixa2.si.ehu.eus/stswiki): genre, file, year, number, score and two sentences, by tabs.</summary>
internal static class StsPairs
{
    private const int ScoreField = 4;

    /// <exception cref="CommandException">A file is missing or has an invalid line.</exception>
    public static IReadOnlyList<StsPair> Read(string folder, string split)
    {
        var path = Path.Combine(folder, $"sts-{split}.csv");
        if (!File.Exists(path))
        {
            throw new CommandException($"{path} does not exist");
        }

        return
        [
            .. File.ReadLines(path)
                .Select(
                    (line, i) =>
                        Parse(line)
                        ?? throw new CommandException($"{path}, line {i + 1}: expected a score and two sentences in columns 5 to 7")
                ),
        ];
    }

    private static StsPair? Parse(string line) =>
        line.Split('\t') is { Length: > ScoreField + 2 } fields
        && double.TryParse(fields[ScoreField], NumberStyles.Float, CultureInfo.InvariantCulture, out var score)
            ? new StsPair(fields[ScoreField + 1], fields[ScoreField + 2], score)
            : null;
}
