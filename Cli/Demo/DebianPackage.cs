using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Demo;

/// <summary>A package as its list describes it.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Description">What it is for.</param>
internal sealed record DebianPackage(string Name, PackageDescription Description)
{
    /// <summary>Its version.</summary>
    public string? Version { get; init; }

    /// <summary>Where the archive files it.</summary>
    public string? Section { get; init; }

    /// <summary>How much a system needs it: <c>required</c>, <c>important</c>, <c>standard</c>, <c>optional</c> or <c>extra</c>.</summary>
    public string? Priority { get; init; }

    /// <summary>What the archive's volunteers say about it, for example <c>role::program</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Its upstream's address.</summary>
    public string? Homepage { get; init; }

    /// <summary>The package as a document.</summary>
    public Document ToDocument() =>
        new()
        {
            Id = Name,
            Title = $"{Name}: {Description.Short}",
            Text = Description.Long.Length > 0 ? Description.Long : Description.Short,
            Metadata = JsonSerializer.SerializeToElement(
                new
                {
                    Section,
                    Homepage,
                    Version,
                },
                CliJson.Line
            ),
        };
}
