using System.CommandLine;

namespace EmbedPlatform.Bench;

/// <summary>Options of several benchmarks.</summary>
internal static class CommonOptions
{
    public static Option<string?> Model() => new("--model") { Description = "An installed model (else: the default one)", HelpName = "ID" };

    public static Option<string?> ModelsRoot() =>
        new("--models-root") { Description = "Folders with models, separated by ';'", HelpName = "DIRS" };

    public static Option<string?> Texts() =>
        new("--texts")
        {
            Description = "A file with one text per line, plain or JSON with title and text (else: SciFact)",
            HelpName = "FILE",
        };

    public static Option<bool> NoNode() => new("--no-node") { Description = "Leave transformers.js out" };

    public static Option<bool> Json() => new("--json") { Description = "Print as JSON" };
}
