namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>Splits markdown at headings (CommonMark's ATX headings, outside fenced code).</summary>
internal static class MarkdownSections
{
    /// <summary>Returns the sections in order, each starting with its heading; blank ones are omitted.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var sections = new List<string>();
        var (start, fence) = (0, '\0');
        for (var line = 0; line < text.Length; )
        {
            var end = text.IndexOf('\n', line);
            var next = end < 0 ? text.Length : end + 1;
            var content = text.AsSpan(line, next - line).Trim();
            if (content.StartsWith("```") || content.StartsWith("~~~"))
            {
                fence =
                    fence == '\0' ? content[0]
                    : fence == content[0] ? '\0'
                    : fence;
            }
            else if (fence == '\0' && IsHeading(content))
            {
                Add(start, line);
                start = line;
            }

            line = next;
        }

        Add(start, text.Length);
        return sections;

        void Add(int from, int to)
        {
            if (!string.IsNullOrWhiteSpace(text[from..to]))
            {
                sections.Add(text[from..to]);
            }
        }
    }

    private static bool IsHeading(ReadOnlySpan<char> line)
    {
        var level = line.IndexOfAnyExcept('#');
        return level is >= 1 and <= 6 && line[level] is ' ' or '\t';
    }
}
