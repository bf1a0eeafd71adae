using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.TrainReranker.Data;

/// <summary>Texts to tokens without special ones.</summary>
internal sealed class Texts(Tokenizer tokenizer)
{
    private static readonly EncodeOptions Bare = new() { AddSpecialTokens = false, MatchSpecialTokens = false };

    /// <summary>The tokens of a text.</summary>
    public int[] Tokens(string text) => tokenizer.Encode(text, Bare).Ids;
}
