using System.Text;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Demo;

/// <summary>Markdown files as documents: one per heading.</summary>
internal static class MarkdownSections
{
    private static readonly string[] SkippedFolders = ["bin", "obj", "node_modules", ".data", ".git"];

    /// <summary>The sections of every markdown file below a folder, in the order of their paths.</summary>
    public static IEnumerable<Document> ReadFolder(string root) =>
        Files(root)
            .Order(StringComparer.Ordinal)
            .SelectMany(file => Split(Path.GetRelativePath(root, file).Replace('\\', '/'), File.ReadAllText(file)));

    /// <summary>Splits a markdown text at its headings, except inside code blocks.</summary>
    /// <param name="path">The file's path, the beginning of the ids.</param>
    /// <param name="markdown">Its text.</param>
    public static IEnumerable<Document> Split(string path, string markdown)
    {
        var number = 0;
        var title = path;
        var text = new StringBuilder();
        var inCode = false;
        foreach (var line in markdown.Split('\n'))
        {
            inCode ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (!inCode && line.StartsWith('#') && line.TrimStart('#').StartsWith(' '))
            {
                if (Section() is { } section)
                {
                    yield return section;
                }

                title = line.TrimStart('#').Trim();
                text.Clear();
                continue;
            }

            text.Append(line.TrimEnd()).Append('\n');
        }

        if (Section() is { } last)
        {
            yield return last;
        }

        Document? Section() =>
            string.IsNullOrWhiteSpace(text.ToString())
                ? null
                : new Document
                {
                    Id = $"{path}#{++number}",
                    Title = title,
                    Text = text.ToString().Trim(),
                };
    }

    private static IEnumerable<string> Files(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.md"))
        {
            yield return file;
        }

        foreach (var inner in Directory.EnumerateDirectories(folder).Where(inner => !SkippedFolders.Contains(Path.GetFileName(inner))))
        {
            foreach (var file in Files(inner))
            {
                yield return file;
            }
        }
    }
}
