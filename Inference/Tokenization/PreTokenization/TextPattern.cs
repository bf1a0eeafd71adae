using System.Buffers;
using System.Text.RegularExpressions;
using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.PreTokenization;

/// <summary>
/// The pattern of a Replace normalizer or a Split pre-tokenizer: a fixed text or a regular expression. .NET matches UTF-16 units and has
/// no category of a surrogate, so a text with characters beyond U+FFFF is matched with one character of the same category in the place of
/// each.
/// </summary>
internal sealed class TextPattern
{
    private readonly string? _literal;
    private readonly Regex? _regex;
    private readonly bool _isWhiteSpaceRun;

    private TextPattern(string? literal, Regex? regex, bool isWhiteSpaceRun)
    {
        _literal = literal;
        _regex = regex;
        _isWhiteSpaceRun = isWhiteSpaceRun;
    }

    /// <summary>The character this pattern consists of, if it is just one.</summary>
    public char? SingleCharacter => _literal is { Length: 1 } ? _literal[0] : null;

    public static TextPattern Literal(string text) => new(text, null, false);

    /// <summary>
    /// Compiles an expression in Oniguruma's syntax; it matches in linear time if it has no look-around or back-reference.
    /// </summary>
    /// <exception cref="ArgumentException">The expression cannot be read, or has something unsupported.</exception>
    public static TextPattern Expression(string pattern)
    {
        if (pattern == @"\s+")
        {
            return new(null, null, true);
        }

        // In Ruby's dialect ^ and $ stand for the ends of every line.
        const RegexOptions Common = RegexOptions.CultureInvariant | RegexOptions.Multiline;
        pattern = PatternTranslation.ToDotNet(pattern);
        try
        {
            return new(null, new Regex(pattern, Common | RegexOptions.NonBacktracking), false);
        }
        catch (NotSupportedException)
        {
            return new(null, new Regex(pattern, Common | RegexOptions.Compiled), false);
        }
    }

    /// <summary>Adds the ranges of all matches, left to right. One may be empty, as of <c>\b</c>, but not where another ends.</summary>
    public void Find(ReadOnlySpan<char> text, SplitList matches)
    {
        if (_isWhiteSpaceRun)
        {
            FindWhiteSpace(text, matches);
        }
        else if (_regex is not null)
        {
            FindExpression(text, matches);
        }
        else if (_literal is { Length: > 0 })
        {
            FindLiteral(text, matches);
        }
    }

    private static void FindWhiteSpace(ReadOnlySpan<char> text, SplitList matches)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!CharacterClasses.IsWhiteSpace(text[i]))
            {
                continue;
            }

            var start = i;
            while (i < text.Length && CharacterClasses.IsWhiteSpace(text[i]))
            {
                i++;
            }

            matches.Add(start, i);
        }
    }

    private void FindLiteral(ReadOnlySpan<char> text, SplitList matches)
    {
        for (var at = 0; ;)
        {
            var found = text[at..].IndexOf(_literal.AsSpan(), StringComparison.Ordinal);
            if (found < 0)
            {
                return;
            }

            matches.Add(at + found, at + found + _literal!.Length);
            at += found + _literal.Length;
        }
    }

    private void FindExpression(ReadOnlySpan<char> text, SplitList matches)
    {
        if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            foreach (var match in _regex!.EnumerateMatches(text))
            {
                AddMatch(matches, match.Index, match.Index + match.Length);
            }

            return;
        }

        var shortened = ArrayPool<char>.Shared.Rent(text.Length);
        var positions = ArrayPool<int>.Shared.Rent(text.Length + 1);
        var count = 0;
        for (int i = 0, length; i < text.Length; i += length)
        {
            var codePoint = CharacterClasses.CodePointAt(text, i, out length);
            positions[count] = i;
            shortened[count++] = length == 1 ? text[i] : CategoryPlaceholders.Of(codePoint);
        }

        positions[count] = text.Length;
        foreach (var match in _regex!.EnumerateMatches(shortened.AsSpan(0, count)))
        {
            AddMatch(matches, positions[match.Index], positions[match.Index + match.Length]);
        }

        ArrayPool<char>.Shared.Return(shortened);
        ArrayPool<int>.Shared.Return(positions);
    }

    private static void AddMatch(SplitList matches, int start, int end)
    {
        if (start < end || matches.Count == 0 || matches.EndOf(matches.Count - 1) < start)
        {
            matches.AddEvenEmpty(start, end);
        }
    }
}
