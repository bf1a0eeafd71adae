namespace EmbedPlatform.Inference.Tokenization;

/// <summary>A text, or a pair of texts, as a model reads it. All arrays have one entry per token, in order.</summary>
public sealed class Encoding
{
    internal Encoding(int[] ids, int[] typeIds, TokenOffset[] offsets, bool[] specialMask, int totalTokens)
    {
        Ids = ids;
        TypeIds = typeIds;
        Offsets = offsets;
        SpecialMask = specialMask;
        TotalTokens = totalTokens;
    }

    /// <summary>The token ids, special tokens included.</summary>
    public int[] Ids { get; }

    /// <summary>The segment of each token (<c>token_type_ids</c>).</summary>
    public int[] TypeIds { get; }

    /// <summary>
    /// The position of each token in its own text, (0, 0) for special tokens of the post-processor. In a pair, both texts count from
    /// 0.
    /// </summary>
    public TokenOffset[] Offsets { get; }

    /// <summary>True for tokens added by the post-processor, false for tokens of the text.</summary>
    public bool[] SpecialMask { get; }

    /// <summary>The number of tokens before truncation, including special tokens.</summary>
    public int TotalTokens { get; }

    /// <summary>Whether tokens were cut off.</summary>
    public bool Truncated => TotalTokens > Ids.Length;
}
