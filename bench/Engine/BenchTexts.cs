using System.Text;

namespace EmbedPlatform.Bench.Engine;

/// <summary>Real texts: a file with one a line, or the descriptions of the Debian packages that this machine has.</summary>
internal static class BenchTexts
{
    private const string PackageStatus = "/var/lib/dpkg/status";

    public static string[] Read(string? file, int count)
    {
        var texts = file is not null ? File.ReadLines(file)
            : File.Exists(PackageStatus) ? Descriptions(File.ReadLines(PackageStatus))
            : throw new FileNotFoundException($"There is no {PackageStatus} here: give --texts a file with one text a line.");
        string[] read = [.. texts.Where(text => !string.IsNullOrWhiteSpace(text)).Take(count)];
        return read.Length > 0 ? read : throw new InvalidDataException("The file holds no text.");
    }

    /// <summary>The Description fields of a control file (deb822: continuation lines begin with a blank, a lone dot is an empty line).</summary>
    private static IEnumerable<string> Descriptions(IEnumerable<string> lines)
    {
        StringBuilder? text = null;
        foreach (var line in lines)
        {
            if (line.StartsWith("Description:", StringComparison.Ordinal))
            {
                text = new StringBuilder(line["Description:".Length..].Trim());
            }
            else if (text is not null && line.StartsWith(' '))
            {
                text.Append(line.Trim() == "." ? "" : line);
            }
            else if (text is not null)
            {
                yield return text.ToString();
                text = null;
            }
        }
    }
}
