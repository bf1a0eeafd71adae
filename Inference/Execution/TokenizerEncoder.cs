using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>Turns texts into ids with the model's tokenizer. User text never yields a special token.</summary>
internal sealed class TokenizerEncoder(Tokenizer tokenizer) : TextEncoder
{
    // Padding is masked, so any id works if the vocabulary does not define one.
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
