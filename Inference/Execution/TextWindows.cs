using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>One of the pieces that a text longer than the model takes is read in.</summary>
/// <param name="Ids">What the model reads: special tokens and prompt around the piece's own tokens.</param>
/// <param name="Start">Where the piece starts in the text, in UTF-16 positions.</param>
/// <param name="End">One past its last character.</param>
public sealed record TextWindow(int[] Ids, int Start, int End);

/// <summary>Cuts texts into windows of as many tokens as a model takes; every token of the text is in one of them.</summary>
public static class TextWindows
{
    /// <summary>The windows of a text, in its order; one where the text fits. Tokens are those of the whole text: a window may start inside a word.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="prompt">What is put before every window.</param>
    /// <param name="text">The text.</param>
    /// <param name="maxTokens">The most tokens of a window, special tokens and prompt included.</param>
    /// <param name="overlap">How many tokens of a window are in the next one again.</param>
    /// <exception cref="ArgumentOutOfRangeException">The prompt and the overlap leave no room for a token.</exception>
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
