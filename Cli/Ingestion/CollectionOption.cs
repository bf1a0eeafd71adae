using System.CommandLine;

namespace EmbedPlatform.Cli.Ingestion;

/// <summary>The option that names a collection.</summary>
internal static class CollectionOption
{
    /// <summary>A collection that must be named.</summary>
    public static Option<string> Create() =>
        new("--collection", "-c")
        {
            Description = "The collection",
            HelpName = "NAME",
            Required = true,
        };
}
