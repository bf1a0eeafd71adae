using System.Globalization;

namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>
/// The words of a text as they are written, in folded case. Corrections and completions come from them, because the index has only stems:
/// a mistyped ending changes the stem, and a stem cannot be shown.
/// </summary>
internal static class WrittenWords
{
    public const char Separator = ' ';

    private const int MinLength = 2;
    private const int MaxLength = 40;

    // Chinese, Japanese and Korean have no words to correct or complete.
    private const char FirstCjk = '\u2E80';
    private const char FirstJamo = '\u1100';
    private const char LastJamo = '\u11FF';

    /// <summary>The distinct words that are not stop words, in the order of their first places.</summary>
    public static string Join(TextAnalyzer analyzer, string text, List<Token> tokens)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var token in tokens)
        {
            if (token.Kind == TokenKind.Word && Of(analyzer, text.AsSpan(token.Start, token.End - token.Start)) is { } word)
            {
                words.Add(word);
            }
        }

        return string.Join(Separator, words);
    }

    /// <summary>A word as it stands in a text, in folded case; null if it is not made of letters, with or without digits.</summary>
    public static string? Of(TextAnalyzer analyzer, ReadOnlySpan<char> surface)
    {
        var written = analyzer.Forms(surface).Written;
        return written.Length is >= MinLength and <= MaxLength && IsWord(written) ? written : null;
    }

    public static bool HasDigit(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (char.IsDigit(c))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWord(string word)
    {
        var letters = 0;
        foreach (var c in word)
        {
            if (c is >= FirstCjk or >= FirstJamo and <= LastJamo)
            {
                return false;
            }

            if (char.IsLetter(c))
            {
                letters++;
            }
            else if (
                !char.IsDigit(c)
                && char.GetUnicodeCategory(c) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            )
            {
                return false;
            }
        }

        return letters > 0;
    }
}
