using System.Text.RegularExpressions;

namespace EmbedPlatform.TrainReranker.Data;

/// <summary>A package's short description with the first part of its long one.</summary>
internal sealed record PackageText(string Name, string Title, string Text);

/// <summary>Debian's package descriptions, from a Translation-en file: pairs of another domain than the judged collection's.</summary>
internal static partial class Packages
{
    private const int PassageLength = 600;

    /// <summary>Packages with a long description of their own.</summary>
    public static List<PackageText> Read(string path)
    {
        var seen = new HashSet<string>();
        var packages = new List<PackageText>();
        foreach (var block in File.ReadAllText(path).Split("\n\n"))
        {
            var lines = block.Split('\n');
            if (
                lines.FirstOrDefault(line => line.StartsWith("Package: ", StringComparison.Ordinal)) is not { } package
                || Array.FindIndex(lines, line => line.StartsWith("Description-en: ", StringComparison.Ordinal)) is not (>= 0 and var at)
            )
            {
                continue;
            }

            var title = Addition().Replace(lines[at]["Description-en: ".Length..], "").Trim();
            var text = string.Join(
                ' ',
                lines[(at + 1)..].Select(line => line.Trim()).Where(line => line != "." && !Boilerplate().IsMatch(line))
            );
            text = text[..Math.Min(text.Length, PassageLength)];
            if (title.Split(' ').Length >= 3 && text.Length >= 150 && seen.Add(title) && seen.Add(text[..100]))
            {
                packages.Add(new PackageText(package["Package: ".Length..], title, text));
            }
        }

        return packages;
    }

    [GeneratedRegex(
        @"\s*[(\[-]+\s*(development|header|debug|data|documentation|shared|"
            + @"common|runtime|transitional|dummy|metapackage|doc|python|static|library)[^)\]]*[)\]]?\s*$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Addition();

    [GeneratedRegex("^This package (contains|provides|is)")]
    private static partial Regex Boilerplate();
}
