namespace EmbedPlatform.SearchApi.Analysis;

internal enum SegmentKind
{
    /// <summary>Letters, possibly with digits and connecting punctuation.</summary>
    Word,

    Number,

    /// <summary>Chinese, Japanese or Korean, without a boundary between words.</summary>
    Cjk,

    Emoji,
}

/// <summary>A piece of a text between two word boundaries.</summary>
internal readonly record struct Segment(int Start, int End, SegmentKind Kind);
