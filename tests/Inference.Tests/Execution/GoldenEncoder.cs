using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>Gives the recorded ids of recorded texts; any other text is one token. Pairs are keyed by both parts.</summary>
internal sealed class GoldenEncoder(IReadOnlyDictionary<(string Text, string? Document), int[]> ids, int[] other) : TextEncoder
{
    public override int PadId => 0;

    public override EncodedText Encode(string text, int maxTokens, Truncation truncation) => Cut(text, null, maxTokens, truncation);

    public override EncodedText EncodePair(string query, string document, int maxTokens, Truncation truncation) =>
        Cut(query, document, maxTokens, truncation);

    private EncodedText Cut(string text, string? document, int maxTokens, Truncation truncation)
    {
        var all = ids.GetValueOrDefault((text, document), other);
        var kept = truncation == Truncation.Left ? all[Math.Max(0, all.Length - maxTokens)..] : all[..Math.Min(all.Length, maxTokens)];
        return new EncodedText(kept, null, all.Length, kept.Length < all.Length);
    }
}
