using System.Globalization;
using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.PostProcessing;

/// <summary>The index that a number of tokens reaches in a text. Tokens that share a character are kept together.</summary>
internal static class TokenCountIndex
{
    /// <summary>The maximum number of tokens from the beginning, and the index after them.</summary>
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

    /// <summary>The maximum number of tokens from the end, and the index of the first of them.</summary>
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

    // Marks outside any token belong to the character before them.
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
