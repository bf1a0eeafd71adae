using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Demo;

/// <summary>A package as its list describes it.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Section">Where the archive files it.</param>
/// <param name="Homepage">Its upstream's address.</param>
/// <param name="Description">What it is for.</param>
internal sealed record DebianPackage(string Name, string? Version, string? Section, string? Homepage, PackageDescription Description)
{
    /// <summary>
    /// One package for each name and each description: of packages that say the same, the one with the shortest name stays.
    /// </summary>
    public static IReadOnlyList<DebianPackage> Distinct(IEnumerable<DebianPackage> packages) =>
    [
        .. packages
            .DistinctBy(package => package.Name)
            .OrderBy(package => package.Name.Length).ThenBy(package => package.Name, StringComparer.Ordinal)
            .DistinctBy(package => package.Description.Long.Length > 0 ? package.Description.Long : package.Description.Short),
    ];

    /// <summary>
    /// The same choice on every machine with the same packages: the named ones, then others in the order of a hash of their name,
    /// which is spread evenly over the alphabet and keeps nearly all when packages come and go.
    /// </summary>
    public static IReadOnlyList<DebianPackage> Choose(IEnumerable<DebianPackage> packages, int count, IReadOnlySet<string> named) =>
        [.. packages.OrderByDescending(package => named.Contains(package.Name)).ThenBy(package => Hash(package.Name)).Take(count)];

    /// <summary>The package as a document.</summary>
    public Document ToDocument() => new()
    {
        Id = Name,
        Title = $"{Name}: {Description.Short}",
        Text = Description.Long.Length > 0 ? Description.Long : Description.Short,
        Metadata = JsonSerializer.SerializeToElement(new { Section, Homepage, Version }, CliJson.Line),
    };

    private static ulong Hash(string name) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
