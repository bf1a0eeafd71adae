using System.Text;

namespace EmbedPlatform.Cli.Demo;

/// <summary>One paragraph of a Debian control file (deb822): fields whose values continue on lines that begin with a space.</summary>
internal sealed class Stanza
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A field's value, lines separated by line feeds and without their leading space; null if it is missing.</summary>
    public string? this[string field] => _fields.GetValueOrDefault(field);

    /// <summary>Reads all paragraphs of a control file.</summary>
    public static async IAsyncEnumerable<Stanza> ReadAllAsync(TextReader reader)
    {
        var stanza = new Stanza();
        string? field = null;
        var value = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Length > 0 && line[0] is ' ' or '\t')
            {
                value.Append('\n').Append(line, 1, line.Length - 1);
                continue;
            }

            stanza.Set(field, value);
            field = null;
            if (line.Length == 0)
            {
                if (stanza._fields.Count > 0)
                {
                    yield return stanza;
                    stanza = new Stanza();
                }
            }
            else if (line.IndexOf(':') is > 0 and var colon)
            {
                field = line[..colon];
                value.Append(line.AsSpan(colon + 1).Trim());
            }
        }

        stanza.Set(field, value);
        if (stanza._fields.Count > 0)
        {
            yield return stanza;
        }
    }

    private void Set(string? field, StringBuilder value)
    {
        if (field is not null)
        {
            _fields[field] = value.ToString();
        }

        value.Clear();
    }
}
