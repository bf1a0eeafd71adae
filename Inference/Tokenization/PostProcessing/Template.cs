namespace EmbedPlatform.Inference.Tokenization.PostProcessing;

/// <summary>A part of a template: the first text, the second text, or a special token.</summary>
/// <param name="Sequence">0 for the first text, 1 for the second, -1 for a special token.</param>
/// <param name="Ids">The special token's ids.</param>
/// <param name="TypeId">The segment.</param>
internal sealed record TemplatePart(int Sequence, int[] Ids, int TypeId);

/// <summary>The special tokens around a single text and around a pair.</summary>
/// <param name="Single">Around one text.</param>
/// <param name="Pair">Around a pair.</param>
/// <param name="Trimming">How positions leave out the blanks at the ends of tokens; null: they keep them.</param>
internal sealed record Template(IReadOnlyList<TemplatePart> Single, IReadOnlyList<TemplatePart> Pair, OffsetTrimming? Trimming = null)
{
    /// <summary>Nothing around the texts.</summary>
    public static Template Plain { get; } = new([Text(0, 0)], [Text(0, 0), Text(1, 1)]);

    public static TemplatePart Text(int sequence, int typeId) => new(sequence, [], typeId);

    public static TemplatePart Special(int id, int typeId) => new(-1, [id], typeId);

    /// <summary>The same texts and segments without special tokens.</summary>
    public Template WithoutSpecialTokens() =>
        this with
        {
            Single = [.. Single.Where(part => part.Sequence >= 0)],
            Pair = [.. Pair.Where(part => part.Sequence >= 0)],
        };
}
