namespace EmbedPlatform.Inference.Tokenization.PostProcessing;

internal static class PairTruncation
{
    /// <summary>
    /// The number of tokens of each text of a pair that are kept. If cutting the chosen text is not enough, the other is cut too, so the
    /// limit is never exceeded.
    /// </summary>
    public static (int First, int Second) Cut(int first, int second, int room, TruncationStrategy strategy) =>
        strategy switch
        {
            TruncationStrategy.OnlyFirst => (Math.Clamp(room - second, 0, first), Math.Min(second, room)),
            TruncationStrategy.OnlySecond => (Math.Min(first, room), Math.Clamp(room - first, 0, second)),
            _ => LongestFirst(first, second, room),
        };

    /// <summary>
    /// The number of tokens of each text of a pair that are kept; the longer one is cut first, as in Hugging Face's <c>longest_first</c>.
    /// </summary>
    private static (int First, int Second) LongestFirst(int first, int second, int room)
    {
        if (first + second <= room)
        {
            return (first, second);
        }

        var (shorter, longer) = (Math.Min(first, second), Math.Max(first, second));
        if (shorter > room)
        {
            longer = shorter;
        }
        else
        {
            longer = Math.Max(shorter, room - shorter);
        }

        if (shorter + longer > room)
        {
            shorter = room / 2;
            longer = shorter + (room % 2);
        }

        return first > second ? (longer, shorter) : (shorter, longer);
    }
}
