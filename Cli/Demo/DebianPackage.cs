using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Demo;

/// <summary>A package in a package list.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Description">Its description.</param>
internal sealed record DebianPackage(string Name, PackageDescription Description)
{
    /// <summary>Its version.</summary>
    public string? Version { get; init; }

    /// <summary>Its section of the archive.</summary>
    public string? Section { get; init; }

    /// <summary>Its priority: <c>required</c>, <c>important</c>, <c>standard</c>, <c>optional</c> or <c>extra</c>.</summary>
    public string? Priority { get; init; }

    /// <summary>Its debtags, for example <c>role::program</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The homepage of its upstream.</summary>
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
