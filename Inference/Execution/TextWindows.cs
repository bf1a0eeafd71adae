using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>One window of a text that exceeds the model's token limit.</summary>
/// <param name="Ids">The model's input: the window's tokens with special tokens and prompt.</param>
/// <param name="Start">The start of the window in the text, in UTF-16 code units.</param>
/// <param name="End">One past its last character.</param>
public sealed record TextWindow(int[] Ids, int Start, int End);

/// <summary>Splits texts into windows that fit a model's token limit; every token is in at least one window.</summary>
public static class TextWindows
{
    /// <summary>
    /// The windows of a text, in order; a single one if the text fits. The whole text is tokenized once, so a window may start inside a
    /// word.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="prompt">The text prepended to every window.</param>
    /// <param name="text">The text.</param>
    /// <param name="maxTokens">The most tokens of a window, special tokens and prompt included.</param>
    /// <param name="overlap">The number of tokens that consecutive windows share.</param>
    /// <exception cref="ArgumentOutOfRangeException">The prompt and the overlap leave no space for a token.</exception>
    public static IReadOnlyList<TextWindow> Of(Tokenizer tokenizer, string prompt, string text, int maxTokens, int overlap = 0)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var whole = tokenizer.Encode(prompt + text, new EncodeOptions { MatchSpecialTokens = false });
        if (whole.Ids.Length <= maxTokens)
        {
            return [new TextWindow(whole.Ids, 0, text.Length)];
        }

        var (from, to) = Body(whole, prompt.Length);
        var room = maxTokens - from - (whole.Ids.Length - to);
        ArgumentOutOfRangeException.ThrowIfLessThan(room - overlap, 1, nameof(maxTokens));
        var windows = new List<TextWindow>();
        for (var start = from; ; start += room - overlap)
        {
            var end = Math.Min(to, start + room);
            windows.Add(
                new TextWindow(
                    [.. whole.Ids.AsSpan(0, from), .. whole.Ids.AsSpan(start, end - start), .. whole.Ids.AsSpan(to)],
                    Math.Max(0, whole.Offsets[start].Start - prompt.Length),
                    whole.Offsets[end - 1].End - prompt.Length
                )
            );
            if (end == to)
            {
                return windows;
            }
        }
    }

    /// <summary>The tokens of the text itself, between the start token with the prompt and the end token.</summary>
    private static (int From, int To) Body(Encoding whole, int promptLength)
    {
        var (from, to) = (0, whole.Ids.Length);
        while (from < to && (whole.SpecialMask[from] || (promptLength > 0 && whole.Offsets[from].End <= promptLength)))
        {
            from++;
        }

        while (to > from && whole.SpecialMask[to - 1])
        {
            to--;
        }

        return (from, to);
    }
}
