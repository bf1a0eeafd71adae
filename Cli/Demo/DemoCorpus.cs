using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Demo;

/// <summary>The documents and questions of the demonstration.</summary>
/// <param name="Description">A description of the documents.</param>
/// <param name="Documents">The documents.</param>
/// <param name="Questions">The questions.</param>
internal sealed record DemoCorpus(string Description, IReadOnlyList<Document> Documents, IReadOnlyList<string> Questions)
{
    /// <summary>Reads Debian's package descriptions, or without apt this repository's pages.</summary>
    /// <param name="limit">The maximum number of documents; null for all.</param>
    /// <param name="terminal">Where progress goes.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="CommandException">There is nothing to index.</exception>
    public static async Task<DemoCorpus> ReadAsync(int? limit, Terminal terminal, CancellationToken cancellationToken)
    {
        var packages = AptLists.IsAvailable
            ? PackageSelection.Distinct(
                await new AptLists(Path.Combine(SourceTree.DefaultDataFolder, "apt"), terminal).ReadAsync(cancellationToken)
            )
            : [];
        if (packages.Count > 0)
        {
            var chosen = PackageSelection.Select(packages, limit ?? packages.Count);
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
            : throw new CommandException($"nothing to index: apt has no package lists and {root} has no pages");
    }
}
