using System.Runtime.CompilerServices;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Ingestion;

/// <summary>Reads documents from files and folders: JSON lines, and one document per text or markdown file.</summary>
internal static class DocumentFiles
{
    private static readonly string[] JsonLines = [".jsonl", ".ndjson"];
    private static readonly string[] Texts = [".txt", ".md", ".markdown"];

    /// <summary>Lists the files of paths; a folder stands for all document files in it.</summary>
    /// <param name="paths">Files, folders, or <c>-</c> for standard input.</param>
    /// <exception cref="CommandException">A path does not exist, or a folder has no documents.</exception>
    public static IReadOnlyList<DocumentFile> Find(IEnumerable<string> paths)
    {
        var files = new List<DocumentFile>();
        foreach (var path in paths)
        {
            if (path == "-")
            {
                files.Add(new DocumentFile(path, "standard input"));
            }
            else if (Directory.Exists(path))
            {
                var inside = Directory
                    .EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true })
                    .Where(IsReadable)
                    .Order(StringComparer.Ordinal)
                    .Select(file => new DocumentFile(file, Path.GetRelativePath(path, file).Replace('\\', '/')))
                    .ToList();
                files.AddRange(
                    inside.Count > 0
                        ? inside
                        : throw new CommandException($"{path} has no {string.Join(", ", JsonLines.Concat(Texts))} files")
                );
            }
            else if (!File.Exists(path))
            {
                throw new CommandException($"{path} does not exist");
            }
            else
            {
                files.Add(
                    IsReadable(path)
                        ? new DocumentFile(path, Path.GetFileName(path))
                        : throw new CommandException($"{path} is not a {string.Join(", ", JsonLines.Concat(Texts))} file")
                );
            }
        }

        return files;
    }

    /// <summary>Reads the documents of files, one after the other.</summary>
    public static async IAsyncEnumerable<Document> ReadAsync(
        IEnumerable<DocumentFile> files,
        Stream standardInput,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        foreach (var file in files)
        {
            if (file.Path == "-")
            {
                await foreach (var document in DocumentJson.ReadAsync(standardInput, file.Id, cancellationToken))
                {
                    yield return document;
                }
            }
            else if (Has(JsonLines, file.Path))
            {
                await using var stream = File.OpenRead(file.Path);
                await foreach (var document in DocumentJson.ReadAsync(stream, file.Path, cancellationToken))
                {
                    yield return document;
                }
            }
            else if (FromText(file, await File.ReadAllTextAsync(file.Path, cancellationToken)) is { } document)
            {
                yield return document;
            }
        }
    }

    private static Document? FromText(DocumentFile file, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var heading = text.AsSpan().TrimStart();
        var end = heading.IndexOf('\n');
        heading = (end < 0 ? heading : heading[..end]).Trim();
        var title = heading.StartsWith("# ") ? heading[2..].Trim().ToString() : Path.GetFileNameWithoutExtension(file.Path);
        return new Document
        {
            Id = file.Id,
            Title = title,
            Text = text,
        };
    }

    private static bool IsReadable(string path) => Has(JsonLines, path) || Has(Texts, path);

    private static bool Has(string[] endings, string path) => endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}

/// <summary>A file with documents.</summary>
/// <param name="Path">Its path; <c>-</c> for standard input.</param>
/// <param name="Id">The id of a document that is the whole file.</param>
internal sealed record DocumentFile(string Path, string Id);
