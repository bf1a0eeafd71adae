using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Demo;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.Demo;

public sealed class DemoCorpusTests
{
    private static readonly Terminal Silent = new(Stream.Null, TextWriter.Null, TextWriter.Null);

    [Fact]
    public async Task This_machines_packages_are_read_with_their_descriptions()
    {
        Assert.SkipUnless(AptLists.IsAvailable, "needs apt");
        var folder = Path.Combine(SourceTree.DefaultDataFolder, "apt");
        var packages = await new AptLists(folder, Silent).ReadAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(packages.Count == 0, "apt has no package lists here; apt-get update fetches them");

        Assert.Contains(packages, package => package is { Name: "bash", Priority: "required", Section: "shells" });
        Assert.All(packages, package => Assert.NotEmpty(package.Description.Short));
    }

    [Fact]
    public async Task The_corpus_has_as_many_documents_as_asked_for_and_each_only_once()
    {
        var corpus = await DemoCorpus.ReadAsync(20, Silent, TestContext.Current.CancellationToken);

        Assert.InRange(corpus.Documents.Count, 1, 20);
        Assert.Distinct(corpus.Documents.Select(document => document.Id));
        Assert.All(corpus.Documents, document => Assert.False(string.IsNullOrWhiteSpace(document.Text)));
        Assert.Equal(5, corpus.Questions.Count);
    }

    [Fact]
    public void The_repositorys_own_pages_are_documents_too()
    {
        var sections = MarkdownSections.ReadFolder(Repository.Root).ToList();

        Assert.Contains(sections, section => section.Id!.StartsWith("docs/", StringComparison.Ordinal));
        Assert.Distinct(sections.Select(section => section.Id));
    }

    [Fact]
    public void A_page_is_split_at_its_headings_but_not_inside_code()
    {
        var sections = MarkdownSections
            .Split(
                "page.md",
                """
                before

                # First
                one
                ```
                # no heading
                ```
                ## Empty
                ## Second
                two
                """
            )
            .ToList();

        Assert.Equal(["page.md", "First", "Second"], sections.Select(section => section.Title));
        Assert.Equal(["before", "one\n```\n# no heading\n```", "two"], sections.Select(section => section.Text));
        Assert.Equal(["page.md#1", "page.md#2", "page.md#3"], sections.Select(section => section.Id));
    }
}
