using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>deploy/compose/docker-compose.yaml, as Compose reads it.</summary>
internal sealed partial class ComposeFile
{
    private ComposeFile(JsonNode root) => Root = root;

    public static string Text { get; } = File.ReadAllText(Folder("docker-compose.yaml"));

    public JsonNode Root { get; }

    public IReadOnlyList<KeyValuePair<string, JsonNode?>> Services => Root["services"].Entries();

    /// <summary>A service by its name.</summary>
    public JsonNode this[string service] => Root["services"]![service]!;

    /// <summary>Reads it with the values of an environment file; what has no value there takes its default.</summary>
    /// <exception cref="InvalidOperationException">A value that must be given is not, as Compose refuses it.</exception>
    public static ComposeFile Read(IReadOnlyDictionary<string, string> environment) =>
        new(Yaml.Parse(Variable().Replace(Text, match => Value(match, environment))).Single());

    /// <summary>Reads it with the defaults of .env.example and something in place of each secret.</summary>
    public static ComposeFile Defaults() =>
        Read(EnvironmentFile(Folder(".env.example")).ToDictionary(pair => pair.Key, pair => pair.Value.Length == 0 ? "given" : pair.Value));

    /// <summary>The names of the variables that it asks for.</summary>
    public static IReadOnlySet<string> Variables() => Variable().Matches(Text).Select(match => match.Groups["name"].Value).ToHashSet();

    /// <summary>The assignments of an environment file.</summary>
    public static IReadOnlyDictionary<string, string> EnvironmentFile(string path) =>
        File.ReadLines(path)
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);

    /// <summary>A file beside it.</summary>
    public static string Folder(string file) => Repository.PathOf("deploy", "compose", file);

    private static string Value(Match match, IReadOnlyDictionary<string, string> environment)
    {
        var name = match.Groups["name"].Value;
        var given = environment.GetValueOrDefault(name, "");
        return given.Length > 0 ? given
            : match.Groups["operator"].Value == ":-" ? match.Groups["rest"].Value
            : throw new InvalidOperationException($"{name}: {match.Groups["rest"].Value}");
    }

    [GeneratedRegex(@"\$\{(?<name>\w+)(?<operator>:-|:\?)(?<rest>[^}]*)\}")]
    private static partial Regex Variable();
}
