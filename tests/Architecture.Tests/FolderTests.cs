using System.Text.RegularExpressions;
using Xunit;

namespace EmbedPlatform.Architecture.Tests;

/// <summary>Folders say what they are about, and depend on each other in one direction.</summary>
public sealed partial class FolderTests
{
    [Theory]
    [MemberData(nameof(Project.Names), MemberType = typeof(Project))]
    public void Folders_beside_each_other_form_no_loop(string project)
    {
        var loops = FolderGraph.Loops(new Project(project));

        Assert.True(loops.Count == 0, string.Join('\n', loops));
    }

    [Theory]
    [MemberData(nameof(Project.Names), MemberType = typeof(Project))]
    public void A_namespace_is_its_folder(string name)
    {
        var project = new Project(name);

        Assert.All(
            project.Sources(),
            file =>
            {
                var folder = Path.GetDirectoryName(file)!;
                var expected =
                    folder.Length == 0
                        ? project.RootNamespace
                        : $"{project.RootNamespace}.{folder.Replace(Path.DirectorySeparatorChar, '.')}";
                var stated = NamespaceLine().Match(File.ReadAllText(Path.Combine(project.Folder, file)));
                Assert.True(
                    !stated.Success || stated.Groups["name"].Value == expected,
                    $"{name}/{file} is in {stated.Groups["name"].Value}, not in {expected}"
                );
            }
        );
    }

    [Theory]
    [MemberData(nameof(Project.Names), MemberType = typeof(Project))]
    public void No_folder_holds_one_file(string name) =>
        Assert.Empty(
            new Project(name)
                .Sources()
                .GroupBy(file => Path.GetDirectoryName(file)!, StringComparer.Ordinal)
                .Where(folder => folder.Key.Length > 0 && folder.Count() == 1)
                .Select(folder => $"{name}/{folder.Single()}")
        );

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
