using System.Globalization;
using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.PostProcessing;

/// <summary>How far a text goes with a number of tokens. Tokens that share a character are kept together.</summary>
internal static class TokenCountIndex
{
    /// <summary>As many tokens of the beginning as may be, and where the text goes on after them.</summary>
    public static (int Count, int Index) Beginning(TokenList tokens, ReadOnlySpan<char> text, int most)
    {
        if (tokens.Count <= most)
        {
            return (tokens.Count, text.Length);
        }

        var count = most;
        while (count > 0 && tokens.Starts[count] < tokens.Ends[count - 1])
        {
            count--;
        }

        return count == 0 ? (0, 0) : (count, AfterMarks(text, tokens.Ends[count - 1], tokens.Starts[count]));
    }

    /// <summary>As many tokens of the end as may be, and where the text begins with them.</summary>
    public static (int Count, int Index) End(TokenList tokens, ReadOnlySpan<char> text, int most)
    {
        if (tokens.Count <= most)
        {
            return (tokens.Count, 0);
        }

        var first = tokens.Count - most;
        while (first < tokens.Count && tokens.Starts[first] < tokens.Ends[first - 1])
        {
            first++;
        }

        return first == tokens.Count ? (0, text.Length) : (tokens.Count - first, tokens.Starts[first]);
    }

    // Marks that no token holds belong to the character before them.
    private static int AfterMarks(ReadOnlySpan<char> text, int index, int next)
    {
        while (index < next)
        {
            var codePoint = CharacterClasses.CodePointAt(text, index, out var length);
            if (
                CharacterClasses.CategoryOf(codePoint)
                is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark)
            )
            {
                break;
            }

            index += length;
        }

        return index;
    }
}
