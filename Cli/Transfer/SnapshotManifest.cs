using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Transfer;

/// <summary>The contents of a folder with an export of every collection. It is written last, so a folder that has one is whole.</summary>
/// <param name="Format">Always <see cref="FormatName"/>.</param>
/// <param name="FormatVersion">The version of the format.</param>
/// <param name="CreatedAt">When the last export was complete.</param>
/// <param name="Collections">The exports.</param>
/// <param name="Aliases">The aliases.</param>
internal sealed record SnapshotManifest(
    string Format,
    int FormatVersion,
    DateTimeOffset CreatedAt,
    IReadOnlyList<SnapshotEntry> Collections,
    IReadOnlyList<SnapshotAlias> Aliases
)
{
    /// <summary>The name of the format.</summary>
    public const string FormatName = "embedplatform.snapshot";

    private const int CurrentVersion = 1;

    /// <summary>The manifest of exports that are complete now.</summary>
    public static SnapshotManifest Of(IReadOnlyList<SnapshotEntry> collections, IReadOnlyList<SnapshotAlias> aliases) =>
        new(FormatName, CurrentVersion, DateTimeOffset.UtcNow, collections, aliases);

    /// <summary>The path of a folder's manifest.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "manifest.json");

    /// <summary>Writes it into its folder.</summary>
    public Task WriteAsync(string folder, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(PathIn(folder), JsonSerializer.Serialize(this, CliJson.Report) + "\n", cancellationToken);

    /// <summary>Reads the manifest of a folder.</summary>
    /// <exception cref="CommandException">There is none, or it cannot be read.</exception>
    public static async Task<SnapshotManifest> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var path = PathIn(folder);
        if (!File.Exists(path))
        {
            throw new CommandException($"{folder} has no manifest.json: it is not a whole export of all collections");
        }

        try
        {
            var manifest = JsonSerializer.Deserialize<SnapshotManifest>(await File.ReadAllTextAsync(path, cancellationToken), CliJson.Line);
            return manifest is { Format: FormatName, FormatVersion: CurrentVersion, Collections: not null, Aliases: not null }
                ? manifest
                : throw new CommandException($"{path} is not a manifest of version {CurrentVersion}");
        }
        catch (JsonException wrong)
        {
            throw new CommandException($"{path} is not a manifest: {wrong.Message}", wrong);
        }
    }
}

/// <summary>An export in a snapshot.</summary>
/// <param name="Name">The collection.</param>
/// <param name="File">The file in the folder.</param>
/// <param name="Documents">The number of documents.</param>
/// <param name="Sha256">The checksum in its trailer.</param>
internal sealed record SnapshotEntry(string Name, string File, long Documents, string Sha256);

/// <summary>An alias in a snapshot.</summary>
/// <param name="Name">The alias.</param>
/// <param name="Collection">Its collection.</param>
internal sealed record SnapshotAlias(string Name, string Collection);
