namespace EmbedPlatform.AppHost.Operations;

/// <summary>A page of this repository.</summary>
/// <param name="Id">Its file name.</param>
/// <param name="Title">Its first heading, or its file's name.</param>
/// <param name="Text">Its Markdown.</param>
internal sealed record DemoPage(string Id, string Title, string Text);

/// <summary>The demo's documents.</summary>
internal static class DemoPages
{
    /// <summary>The collection they are indexed into.</summary>
    public const string Collection = "demo";

    /// <summary>The pages at the repository's root and below docs.</summary>
    public static IReadOnlyList<DemoPage> Read(string repository) =>
        [
            .. ((string[])[repository, Path.Combine(repository, "docs")])
                .Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md"))
                .Order(StringComparer.Ordinal)
                .Select(Page),
        ];

    private static DemoPage Page(string file)
    {
        var text = File.ReadAllText(file);
        var name = Path.GetFileName(file);
        var heading = text.Split('\n').FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal));
        return new DemoPage(name, heading?[2..].Trim() ?? name, text);
    }
}
