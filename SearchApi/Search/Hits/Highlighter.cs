using System.Text;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Analysis;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>The marked fragments of a text.</summary>
/// <param name="Fragments">The fragments, in the order of the text.</param>
/// <param name="Ranges">The marked words of the whole text.</param>
internal sealed record Highlights(IReadOnlyList<string> Fragments, IReadOnlyList<TextRange> Ranges);

/// <summary>Marks the words of a text that a query matches. The text is analyzed as in the index, so that both agree.</summary>
internal static class Highlighter
{
    private const int DefaultFragments = 3;

    /// <summary>A text of this length is one fragment.</summary>
    private const int MaxWholeLength = 300;

    private const int CharactersBefore = 60;
    private const int CharactersAfter = 120;

    /// <summary>The highlights of a text; null if no word matches.</summary>
    /// <param name="terms">The query's terms.</param>
    public static Highlights? Mark(TextAnalyzer analyzer, string text, IReadOnlySet<string> terms, HighlightRequest request)
    {
        var ranges = Merge(text, analyzer.Analyze(text).Where(token => terms.Contains(token.Term)));
        if (ranges.Count == 0)
        {
            return null;
        }

        var most = request.Fragments ?? DefaultFragments;
        IEnumerable<TextRange> pieces =
            most == 0 || text.Length <= MaxWholeLength
                ? [new TextRange(0, text.Length)]
                : Fragments(text, ranges)
                    .Select(piece => (Piece: piece, Marks: ranges.Count(range => range.Start >= piece.Start && range.End <= piece.End)))
                    .OrderByDescending(fragment => fragment.Marks)
                    .Take(most)
                    .Select(fragment => fragment.Piece)
                    .OrderBy(piece => piece.Start);
        return new Highlights([.. pieces.Select(piece => Render(text, piece, ranges, request).Trim())], ranges);
    }

    // Overlapping and touching characters, as in bigrams, are one mark; words with a space between them are not.
    private static List<TextRange> Merge(string text, IEnumerable<Token> tokens)
    {
        var ranges = new List<TextRange>();
        foreach (var token in tokens.OrderBy(token => token.Start).ThenByDescending(token => token.End))
        {
            if (ranges.Count > 0 && token.Start <= ranges[^1].End)
            {
                ranges[^1] = ranges[^1] with { End = Math.Max(ranges[^1].End, token.End) };
            }
            else
            {
                ranges.Add(new TextRange(token.Start, Math.Min(token.End, text.Length)));
            }
        }

        return ranges;
    }

    private static List<TextRange> Fragments(string text, List<TextRange> ranges)
    {
        var fragments = new List<TextRange>();
        foreach (var range in ranges)
        {
            if (fragments.Count > 0 && range.End <= fragments[^1].End)
            {
                continue;
            }

            var start = WordStart(text, Math.Max(0, range.Start - CharactersBefore), range.Start);
            var end = WordEnd(text, Math.Min(text.Length, range.End + CharactersAfter), range.End);
            if (fragments.Count > 0 && start <= fragments[^1].End)
            {
                fragments[^1] = fragments[^1] with { End = end };
            }
            else
            {
                fragments.Add(new TextRange(start, end));
            }
        }

        return fragments;
    }

    // Scripts without spaces are cut between characters.
    private static int WordStart(string text, int from, int until)
    {
        if (from == 0)
        {
            return 0;
        }

        var space = text.AsSpan(from, until - from).IndexOfAny(' ', '\n', '\t');
        var start = space < 0 ? from : from + space + 1;
        return start < text.Length && char.IsLowSurrogate(text[start]) ? start - 1 : start;
    }

    private static int WordEnd(string text, int until, int from)
    {
        if (until == text.Length)
        {
            return until;
        }

        var space = text.AsSpan(from, until - from).LastIndexOfAny(' ', '\n', '\t');
        var end = space < 0 ? until : from + space;
        return char.IsLowSurrogate(text[end]) ? end + 1 : end;
    }

    private static string Render(string text, TextRange piece, List<TextRange> ranges, HighlightRequest request)
    {
        var (pre, post) = (request.PreTag ?? "<em>", request.PostTag ?? "</em>");
        var rendered = new StringBuilder();
        var at = piece.Start;
        foreach (var range in ranges.Where(range => range.Start >= piece.Start && range.End <= piece.End))
        {
            rendered.Append(Escape(text[at..range.Start])).Append(pre).Append(Escape(text[range.Start..range.End])).Append(post);
            at = range.End;
        }

        return rendered.Append(Escape(text[at..piece.End])).ToString();

        // Only markup: letters beyond ASCII stay readable.
        string Escape(string part) =>
            request.Escape == false
                ? part
                : part.Replace("&", "&amp;", StringComparison.Ordinal)
                    .Replace("<", "&lt;", StringComparison.Ordinal)
                    .Replace(">", "&gt;", StringComparison.Ordinal)
                    .Replace("\"", "&quot;", StringComparison.Ordinal)
                    .Replace("'", "&#39;", StringComparison.Ordinal);
    }
}
