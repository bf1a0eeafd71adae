using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EmbedPlatform.Architecture.Tests.Options;

/// <summary>
/// The documentation comments of properties, as Markdown. They are read from the sources, because not every project writes an XML file.
/// </summary>
internal sealed partial class SourceDocumentation
{
    private readonly Dictionary<(string Type, string Property), XElement> _comments = [];

    public SourceDocumentation(IEnumerable<Project> projects)
    {
        foreach (var project in projects)
        {
            foreach (var file in project.Sources())
            {
                Read(File.ReadLines(Path.Combine(project.Folder, file)));
            }
        }
    }

    public string SummaryOf(PropertyInfo property) => TextOf(property, "summary") ?? "";

    /// <summary>The text that stands for the default; null if the table shows the value itself.</summary>
    public string? DefaultOf(PropertyInfo property) => TextOf(property, "value");

    private void Read(IEnumerable<string> lines)
    {
        var (type, comment) = ("", "");
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line.StartsWith("///", StringComparison.Ordinal))
            {
                comment += line[3..] + "\n";
            }
            else if (TypeLine().Match(line) is { Success: true } declared)
            {
                (type, comment) = (declared.Groups[1].Value, "");
            }
            else if (comment.Length > 0 && PropertyLine().Match(line) is { Success: true } property)
            {
                _comments[(type, property.Groups[1].Value)] = XElement.Parse($"<doc>{comment}</doc>");
                comment = "";
            }
            else if (!line.StartsWith('['))
            {
                comment = "";
            }
        }
    }

    private string? TextOf(PropertyInfo property, string tag) =>
        _comments.GetValueOrDefault((property.DeclaringType!.Name, property.Name))?.Element(tag) is { } element
            ? Spaces().Replace(string.Concat(element.Nodes().Select(MarkdownOf)), " ").Trim()
            : null;

    private static string MarkdownOf(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } link when link.Attribute("href") is { } address => $"[{link.Value}]({address.Value})",
            XElement { Name.LocalName: "see" } option when option.Attribute("cref") is { } name => $"`{name.Value.Split('.')[^1]}`",
            _ => throw new NotSupportedException($"The options table cannot show {node}."),
        };

    [GeneratedRegex(@"^(?:\w+ )*(?:class|record) (\w+)")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^public [\w<>?,\[\] ]+ (\w+) \{ get;")]
    private static partial Regex PropertyLine();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
