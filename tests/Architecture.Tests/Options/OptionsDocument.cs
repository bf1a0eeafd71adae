using System.Text;
using System.Text.RegularExpressions;

namespace EmbedPlatform.Architecture.Tests.Options;

/// <summary>docs/configuration.md: prose around one generated table per group.</summary>
internal static partial class OptionsDocument
{
    /// <summary>The text with every table replaced by the current one.</summary>
    /// <exception cref="InvalidOperationException">A group has no table, or a table no group.</exception>
    public static string Render(string text, IReadOnlyList<OptionGroup> groups, SourceDocumentation documentation)
    {
        var left = groups.ToDictionary(group => group.Name);
        var rendered = Marker()
            .Replace(text, match => $"{match.Groups["begin"]}\n\n{Table(Take(match.Groups["name"].Value))}\n{match.Groups["end"]}");
        return left.Count == 0 ? rendered : throw new InvalidOperationException($"No marker for {string.Join(", ", left.Keys)}.");

        OptionGroup Take(string name) =>
            left.Remove(name, out var group)
                ? group
                : throw new InvalidOperationException($"No group for the marker {name}, or the marker twice.");

        string Table(OptionGroup group) => OptionsDocument.Table(group.Readers, group.Rows(documentation));
    }

    private static string Table(string readers, IEnumerable<OptionRow> rows)
    {
        var table = new StringBuilder($"Read by {readers}.\n\n| Option | Type | Default | Allowed | Meaning |\n|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            table.Append($"| `{row.Name}` | {row.Type} | {row.Default} | {row.Range} | {row.Meaning} |\n");
        }

        return table.ToString();
    }

    [GeneratedRegex(@"(?<begin><!-- options (?<name>\w+)[^\n]*-->)\n.*?(?<end><!-- end -->)", RegexOptions.Singleline)]
    private static partial Regex Marker();
}
