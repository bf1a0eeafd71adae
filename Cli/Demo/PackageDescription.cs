using System.Text;

namespace EmbedPlatform.Cli.Demo;

/// <summary>A package description: the summary line and the long description.</summary>
/// <param name="Short">The summary line.</param>
/// <param name="Long">The long description; empty if unknown.</param>
internal sealed record PackageDescription(string Short, string Long)
{
    /// <summary>
    /// Parses a Description field: its first line is the summary, a line with only a dot separates paragraphs, lines that begin
    /// with another space or a bullet stay separate lines, all others are wrapped text (Debian Policy 5.6.13).
    /// </summary>
    public static PackageDescription Parse(string field)
    {
        var lines = field.Split('\n');
        var text = new StringBuilder();
        var wrapped = false;
        foreach (var line in lines.Skip(1))
        {
            if (line.Trim() is "." or "")
            {
                text.Append("\n\n");
                wrapped = false;
                continue;
            }

            var verbatim = line[0] is ' ' or '*' or '-';
            if (text.Length > 0 && text[^1] != '\n')
            {
                text.Append(wrapped && !verbatim ? ' ' : '\n');
            }

            text.Append(line.Trim());
            wrapped = !verbatim || line.TrimStart()[0] is '*' or '-';
        }

        return new PackageDescription(lines[0].Trim(), text.ToString().Trim());
    }
}
