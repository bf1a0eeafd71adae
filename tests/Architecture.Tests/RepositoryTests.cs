using System.Xml.Linq;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Architecture.Tests;

/// <summary>Every file belongs to one project, and every line fits on a screen.</summary>
public sealed class RepositoryTests
{
    /// <summary>The limit of .csharpierrc.yaml, which strings and comments have to keep too.</summary>
    private const int LongestLine = 140;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_project_includes_a_file_of_another_project()
    {
        var projects = await TrackedAsync("*.csproj");
        var folders = projects.Select(project => FolderOf(Project.PathOf(project))).ToArray();

        Assert.NotEmpty(projects);
        var foreign =
            from project in projects
            let folder = FolderOf(Project.PathOf(project))
            from item in XDocument.Load(Project.PathOf(project)).Descendants("ItemGroup").Elements()
            where item.Name.LocalName != "ProjectReference"
            from include in (item.Attribute("Include")?.Value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
            let path = Path.GetFullPath(Path.Combine(folder, Expanded(include, folder)))
            let owner = folders.Where(other => path.StartsWith(other, StringComparison.Ordinal)).MaxBy(other => other.Length)
            where owner is not null && owner != folder
            select $"{project} includes {include}";
        Assert.True(!foreign.Any(), string.Join('\n', foreign));
    }

    [Fact]
    public async Task No_line_of_code_is_longer_than_140_characters()
    {
        var sources = await TrackedAsync("*.cs");
        var tooLong = new List<string>();
        foreach (var source in sources)
        {
            var lines = await File.ReadAllLinesAsync(Project.PathOf(source), Token);
            tooLong.AddRange(
                lines
                    .Index()
                    .Where(line => line.Item.Length > LongestLine)
                    .Select(line => $"{source}:{line.Index + 1} has {line.Item.Length}")
            );
        }

        Assert.NotEmpty(sources);
        Assert.True(tooLong.Count == 0, string.Join('\n', tooLong));
    }

    private static string FolderOf(string project) => Path.GetDirectoryName(project)! + Path.DirectorySeparatorChar;

    /// <summary>An item's path with the properties that say where the project or the repository is.</summary>
    private static string Expanded(string include, string folder) =>
        include
            .Replace('\\', Path.DirectorySeparatorChar)
            .Replace("$(MSBuildThisFileDirectory)", folder, StringComparison.Ordinal)
            .Replace("$(MSBuildProjectDirectory)", folder, StringComparison.Ordinal)
            .Replace("$(RepositoryRoot)", Project.PathOf(""), StringComparison.Ordinal);

    /// <summary>The files of a pattern that Git tracks, or would once they are added: build output is none of them.</summary>
    private static async Task<IReadOnlyList<string>> TrackedAsync(string pattern)
    {
        var (code, files, error) = await Programs.RunAsync(
            "git",
            ["ls-files", "--cached", "--others", "--exclude-standard", pattern],
            command => command.WithWorkingDirectory(Project.PathOf(""))
        );
        Assert.True(code == 0, error);
        return [.. files.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Project.PathOf(file)))];
    }
}
