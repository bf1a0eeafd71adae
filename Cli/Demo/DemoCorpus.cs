using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Demo;

/// <summary>What the demonstration indexes and asks.</summary>
/// <param name="Describe">What the documents are, in words.</param>
/// <param name="Documents">The documents.</param>
/// <param name="Questions">What to ask them.</param>
internal sealed record DemoCorpus(string Describe, IReadOnlyList<Document> Documents, IReadOnlyList<string> Questions)
{
    /// <summary>Debian's packages where apt knows them, else this repository's own pages.</summary>
    /// <param name="limit">The most documents; null for all.</param>
    /// <param name="terminal">Where to say what goes on.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="CommandException">There is nothing to index.</exception>
    public static async Task<DemoCorpus> ReadAsync(int? limit, Terminal terminal, CancellationToken cancellationToken)
    {
        var packages = AptLists.IsHere
            ? PackageChoice.Distinct(
                await new AptLists(Path.Combine(SourceTree.DefaultDataFolder, "apt"), terminal).ReadAsync(cancellationToken)
            )
            : [];
        if (packages.Count > 0)
        {
            var chosen = PackageChoice.Choose(packages, limit ?? packages.Count);
            return new DemoCorpus(
                $"{chosen.Count:N0} of {packages.Count:N0} Debian package descriptions",
                [.. chosen.Select(package => package.ToDocument())],
                DemoQuestions.OfPackages
            );
        }

        var root = SourceTree.Require("the demonstration without apt");
        var pages = MarkdownSections.ReadFolder(root).Take(limit ?? int.MaxValue).ToList();
        return pages.Count > 0
            ? new DemoCorpus($"{pages.Count:N0} sections of this repository's pages", pages, DemoQuestions.OfPages)
            : throw new CommandException($"there is nothing to index: apt has no package lists here and {root} holds no pages");
    }
}
