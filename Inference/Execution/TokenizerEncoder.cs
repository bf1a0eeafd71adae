using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>Texts to ids by the model's tokenizer. What a user writes never yields a special token.</summary>
internal sealed class TokenizerEncoder(Tokenizer tokenizer) : TextEncoder
{
    // The end of a row is masked: any id does where the vocabulary names none.
    public override int PadId { get; } = tokenizer.PadId ?? 0;

    public override bool IsSpecial(int id) => tokenizer.IsSpecial(id);

    public override EncodedText Encode(string text, int maxTokens, Truncation truncation) =>
        Result(tokenizer.Encode(text, Options(maxTokens, truncation)));

    public override EncodedText EncodePair(string query, string document, int maxTokens, Truncation truncation) =>
        Result(tokenizer.EncodePair(query, document, Options(maxTokens, truncation)));

    private static EncodeOptions Options(int maxTokens, Truncation truncation) =>
        new()
        {
            MatchSpecialTokens = false,
            MaxTokens = maxTokens,
            Truncation = truncation == Truncation.Left ? Truncation.Left : Truncation.Right,
        };

    private static EncodedText Result(Encoding encoding) =>
        new(
            encoding.Ids,
            encoding.TypeIds.AsSpan().ContainsAnyExcept(0) ? encoding.TypeIds : null,
            encoding.TotalTokens,
            encoding.Truncated
        );
}
