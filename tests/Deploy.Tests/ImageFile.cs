using System.Text.Json;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>One instruction of a Dockerfile.</summary>
/// <param name="Name">The instruction, in capitals.</param>
/// <param name="Arguments">What follows it, continued lines joined.</param>
internal sealed record Instruction(string Name, string Arguments);

/// <summary>deploy/images/Dockerfile: stages and what they inherit.</summary>
internal sealed class ImageFile
{
    /// <summary>The stages by name: the image or stage that each begins with, and its instructions.</summary>
    public required IReadOnlyDictionary<string, (string From, IReadOnlyList<Instruction> Instructions)> Stages { get; init; }

    public static ImageFile Read()
    {
        var stages = new Dictionary<string, (string From, IReadOnlyList<Instruction> Instructions)>();
        var current = new List<Instruction>();
        foreach (
            var line in File.ReadAllText(Repository.PathOf("deploy", "images", "Dockerfile"))
                .Replace("\\\n", " ", StringComparison.Ordinal)
                .Split('\n')
                .Where(line => line.Length > 0 && line[0] != '#')
        )
        {
            var parts = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            if (parts[0] == "FROM")
            {
                var words = parts[1].Split(' ').Where(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray();
                stages.Add(words[2], (words[0], current = []));
            }
            else
            {
                current.Add(new Instruction(parts[0], parts[1]));
            }
        }

        return new ImageFile { Stages = stages };
    }

    /// <summary>The instructions of a stage after those of the stages it is built on.</summary>
    public IEnumerable<Instruction> Inherited(string stage) =>
        Stages.TryGetValue(stage, out var found) ? Inherited(found.From).Concat(found.Instructions) : [];

    /// <summary>The last instruction of a kind.</summary>
    public string Last(string stage, string instruction) => Inherited(stage).Last(one => one.Name == instruction).Arguments;

    /// <summary>The words of the health check, which is in exec form.</summary>
    public IReadOnlyList<string> Health(string stage) => Words(Last(stage, "HEALTHCHECK").Split(" CMD ", 2)[1]);

    /// <summary>The environment of a stage.</summary>
    public IReadOnlyDictionary<string, string> Environment(string stage) =>
        Inherited(stage)
            .Where(one => one.Name == "ENV")
            .SelectMany(one => one.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(assignment => assignment.Split('=', 2))
            .GroupBy(parts => parts[0])
            .ToDictionary(group => group.Key, group => group.Last()[1].Trim('"'));

    /// <summary>The words of an instruction in exec form.</summary>
    /// <exception cref="JsonException">It is in shell form, where a shell would be process 1 and keep signals to itself.</exception>
    public static IReadOnlyList<string> Words(string exec) => JsonSerializer.Deserialize<string[]>(exec)!;
}
