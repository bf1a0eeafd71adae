using System.Security.Cryptography;
using System.Text;

namespace EmbedPlatform.Cli.Demo;

/// <summary>Selects packages when not all are indexed.</summary>
internal static class PackageSelection
{
    /// <summary>The archive's sections that hold mostly programs.</summary>
    private static readonly HashSet<string> ProgramSections =
    [
        "admin",
        "comm",
        "database",
        "editors",
        "education",
        "electronics",
        "games",
        "gnome",
        "graphics",
        "hamradio",
        "httpd",
        "kde",
        "mail",
        "math",
        "misc",
        "net",
        "news",
        "otherosfs",
        "science",
        "shells",
        "sound",
        "text",
        "utils",
        "vcs",
        "video",
        "web",
        "x11",
        "xfce",
    ];

    /// <summary>Suffixes of packages that are parts of programs.</summary>
    private static readonly string[] NotPrograms = ["-data", "-common", "-doc", "-dev", "-dbg", "-plugins", "-l10n", "-theme", "-themes"];

    /// <summary>
    /// One package per name and per description: of equal descriptions the package with the shortest name stays.
    /// </summary>
    public static IReadOnlyList<DebianPackage> Distinct(IEnumerable<DebianPackage> packages) =>
        [
            .. packages
                .DistinctBy(package => package.Name)
                .OrderBy(package => package.Name.Length)
                .ThenBy(package => package.Name, StringComparer.Ordinal)
                .DistinctBy(package => package.Description.Long.Length > 0 ? package.Description.Long : package.Description.Short),
        ];

    /// <summary>
    /// Selects the same packages on every machine with the same lists: the base system, then programs by their tag, then untagged programs,
    /// then libraries, fonts, modules and other parts. Within each group the order is a hash of the name, which spreads over the alphabet
    /// and changes little when packages come and go.
    /// </summary>
    public static IReadOnlyList<DebianPackage> Select(IReadOnlyList<DebianPackage> packages, int count)
    {
        return [.. packages.OrderBy(Rank).ThenBy(package => Hash(package.Name)).Take(count)];

        int Rank(DebianPackage package) =>
            package.Priority is "required" or "important" or "standard" ? 0
            : package.Tags.Contains("role::program") ? 1
            : package.Tags.Count == 0 && IsProgramBySection(package) ? 2
            : 3;
    }

    /// <summary>A section may name its area: <c>contrib/net</c>.</summary>
    private static bool IsProgramBySection(DebianPackage package) =>
        ProgramSections.Contains(package.Section?.Split('/')[^1] ?? "")
        && !NotPrograms.Any(ending => package.Name.EndsWith(ending, StringComparison.Ordinal));

    private static ulong Hash(string name) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
