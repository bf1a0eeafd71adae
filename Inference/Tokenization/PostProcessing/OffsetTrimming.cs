using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.PostProcessing;

/// <summary>
/// Leaves the blanks at the ends of tokens out of their positions (<c>trim_offsets</c>), as far as the tokens' names show them.
/// </summary>
/// <param name="addedPrefix">Whether one blank at the start of a text is taken for one that <c>add_prefix_space</c> put there.</param>
internal sealed class OffsetTrimming(bool addedPrefix)
{
    private const char ByteLevelBlank = 'Ġ';

    /// <summary>The new position of a token.</summary>
    /// <param name="token">Its name.</param>
    /// <param name="isFirst">Whether it is the first of its text.</param>
    /// <param name="start">Where it starts.</param>
    /// <param name="end">Where it ends.</param>
    public (int Start, int End) Trim(ReadOnlySpan<char> token, bool isFirst, int start, int end)
    {
        var (leading, trailing) = (0, 0);
        while (leading < token.Length && IsBlank(token[leading]))
        {
            leading++;
        }

        while (trailing < token.Length && IsBlank(token[^(trailing + 1)]))
        {
            trailing++;
        }

        if (leading > 1 || !addedPrefix || (start > 0 && !isFirst))
        {
            start = Math.Min(start + leading, end);
        }

        return (start, end >= trailing ? Math.Max(end - trailing, start) : end);
    }

    private static bool IsBlank(char value) => value == ByteLevelBlank || CharacterClasses.IsWhiteSpace(value);
}
