using System.Text;

namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>A run of words that belong together, such as a file name, an address or an identifier.</summary>
/// <param name="Parts">The words.</param>
/// <param name="Whole">The compound as one term; null if it is one word.</param>
internal sealed record Compound(int Start, int End, List<(int Start, int End)> Parts, string? Whole);

/// <summary>
/// Finds compounds and their parts: <c>nginx.conf</c>, <c>bob@example.org</c>, <c>snake_case</c>, <c>camelCase</c>, <c>GPT-4</c>,
/// <c>C++</c>. The whole loses hyphens and underscores, so that <c>GPT-4</c> equals <c>GPT4</c>, <c>e-mail</c> equals <c>email</c>, and
/// <c>snake_case</c> equals <c>snakeCase</c>.
/// </summary>
internal static class Compounds
{
    private const int MaxParts = 12;
    private const int MaxLettersBeforeSharp = 2;

    // Fewer letters are the ends of abbreviations.
    private const int MinLowerBefore = 2;
    private const int MinLowerAfter = 3;

    private const string Hyphens = "-\u2010\u2011";
    private const string Apostrophes = "'\u2019";
    private const string Connectors = "_:\u00B7\u200B\u200C";
    private const string Kept = ".@&";
    private const string InsideWord = "._:\u00B7\u200C";
    private const string BetweenSegments = Hyphens + Kept + "_\u200B";

    /// <summary>The last segment that a single character joins to the previous one, starting from the first.</summary>
    public static int LastOfRun(string text, List<Segment> segments, int first)
    {
        var last = first;
        while (
            last + 1 < segments.Count
            && segments[last + 1].Kind is SegmentKind.Word or SegmentKind.Number
            && IsJoiner(text.AsSpan(segments[last].End, segments[last + 1].Start - segments[last].End))
        )
        {
            last++;
        }

        return last;
    }

    /// <summary>Splits a run of segments into words.</summary>
    public static Compound Split(string text, List<Segment> segments, int first, int last, WordNormalizer words)
    {
        var (start, end) = (segments[first].Start, segments[last].End);
        var parts = new List<(int Start, int End)>();
        for (var i = first; i <= last; i++)
        {
            AddParts(text, segments[i], words, parts);
        }

        var (prefix, suffix) = (Prefix(text, start), Suffix(text, start, end));
        var isCompound = prefix.Length + suffix.Length > 0 || parts.Count > 1;
        return isCompound && parts.Count <= MaxParts
            ? new Compound(start - prefix.Length, end + suffix.Length, parts, prefix + Whole(text[start..end] + suffix, parts, words))
            : new Compound(start, end, parts, null);
    }

    private static void AddParts(string text, Segment segment, WordNormalizer words, List<(int Start, int End)> parts)
    {
        var word = text.AsSpan(segment.Start, segment.End - segment.Start);
        if (segment.Kind == SegmentKind.Number && IsDecimal(word))
        {
            parts.Add((segment.Start, segment.End));
            return;
        }

        // Many changes of case are encoded data, not names.
        var splitsCase = CountCaseChanges(word) < MaxParts;
        var splitsApostrophes = word.IndexOfAny(Apostrophes) >= 0 && !IsWordWithApostrophe(word.ToString(), words);
        var from = 0;
        for (var i = 0; i <= word.Length; i++)
        {
            var isSeparator =
                i == word.Length
                || InsideWord.Contains(word[i])
                || (word[i] == ',' && segment.Kind == SegmentKind.Number)
                || (splitsApostrophes && Apostrophes.Contains(word[i]));
            if (isSeparator || (splitsCase && i > from && IsCaseChange(word, i)))
            {
                if (i > from)
                {
                    parts.Add((segment.Start + from, segment.Start + i));
                }

                from = isSeparator ? i + 1 : i;
            }
        }
    }

    // Elisions and possessives are the language's; a stop word such as "don't" is one word.
    private static bool IsWordWithApostrophe(string word, WordNormalizer words)
    {
        var normalised = words.Normalise(word);
        return normalised.AsSpan().IndexOfAny(Apostrophes) < 0 || words.IsStopWord(normalised);
    }

    // Between "camel" and "Case", and between "XML" and "Http"; not in "mRNA", "iPhone" and "DNAs". A capital at the end, as in "RhoA", is
    // not a word of its own.
    private static bool IsCaseChange(ReadOnlySpan<char> word, int at) =>
        char.IsUpper(word[at])
        && at + 1 < word.Length
        && char.IsLetterOrDigit(word[at + 1])
        && (
            char.IsLower(word[at - 1])
                ? CountLower(word[..at], fromEnd: true) >= MinLowerBefore
                : char.IsUpper(word[at - 1]) && CountLower(word[(at + 1)..], fromEnd: false) >= MinLowerAfter
        );

    private static int CountLower(ReadOnlySpan<char> letters, bool fromEnd)
    {
        var count = 0;
        while (count < letters.Length && char.IsLower(fromEnd ? letters[^(count + 1)] : letters[count]))
        {
            count++;
        }

        return count;
    }

    private static int CountCaseChanges(ReadOnlySpan<char> word)
    {
        var changes = 0;
        for (var i = 1; i < word.Length; i++)
        {
            changes += IsCaseChange(word, i) ? 1 : 0;
        }

        return changes;
    }

    private static bool IsDecimal(ReadOnlySpan<char> number) => number.Count('.') + number.Count(',') <= 1 || Numbers.IsGrouped(number);

    private static string Whole(string run, List<(int Start, int End)> parts, WordNormalizer words)
    {
        run = run.AsSpan().IndexOfAny(Apostrophes) >= 0 ? words.Normalise(run) : run;
        // "U.S.A." equals "USA".
        var isAcronym = parts.TrueForAll(part => part.End - part.Start == 1) && run.All(c => c == '.' || char.IsLetter(c));
        var whole = new StringBuilder(run.Length);
        foreach (var c in run)
        {
            if (Numbers.ScriptDigit(c) is { } digit)
            {
                whole.Append(digit);
            }
            else if (!Hyphens.Contains(c) && !Connectors.Contains(c) && !Apostrophes.Contains(c) && !(isAcronym && c == '.'))
            {
                whole.Append(c);
            }
        }

        return whole.ToString();
    }

    private static bool IsJoiner(ReadOnlySpan<char> gap) =>
        gap.Length == 1 && (BetweenSegments.Contains(gap[0]) || Numbers.ScriptDigit(gap[0]) is not null);

    // ".NET" and ".gitignore", but not the full stop of a sentence.
    private static string Prefix(string text, int start) =>
        start > 0
        && text[start - 1] == '.'
        && char.IsLetter(text[start])
        && (start == 1 || char.IsWhiteSpace(text[start - 2]) || "/([\"'`".Contains(text[start - 2]))
            ? "."
            : string.Empty;

    // "C++", "C#" and "m²".
    private static string Suffix(string text, int start, int end)
    {
        if (end == text.Length || !char.IsLetter(text[end - 1]))
        {
            return string.Empty;
        }

        var rest = text.AsSpan(end);
        if (rest.StartsWith("++") && (rest.Length == 2 || !char.IsLetter(rest[2])))
        {
            return "++";
        }

        if (rest[0] == '#' && end - start <= MaxLettersBeforeSharp && (rest.Length == 1 || !char.IsLetterOrDigit(rest[1])))
        {
            return "#";
        }

        return Numbers.ScriptDigit(rest[0]) is not null ? rest[..1].ToString() : string.Empty;
    }
}
