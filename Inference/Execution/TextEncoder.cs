using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>Turns texts into ids for the engine. Thread-safe.</summary>
internal abstract class TextEncoder
{
    /// <summary>The id that fills a row up to the longest of its batch.</summary>
    public abstract int PadId { get; }

    /// <summary>Whether an id is a token that stands for no text: start, end, padding, unknown.</summary>
    public virtual bool IsSpecial(int id) => false;

    /// <summary>
    /// Encodes a text. Under <see cref="Truncation.Error"/> the end is cut as well; the caller compares the total with the limit.
    /// </summary>
    public abstract EncodedText Encode(string text, int maxTokens, Truncation truncation);

    /// <summary>Truncates ids to the limit; a special token at the truncated end is kept.</summary>
    public EncodedText Truncate(int[] ids, int maxTokens, Truncation truncation)
    {
        if (ids.Length <= maxTokens)
        {
            return new EncodedText(ids, null, ids.Length, false);
        }

        int[] kept;
        if (truncation == Truncation.Left)
        {
            kept = ids[^maxTokens..];
            kept[0] = IsSpecial(ids[0]) ? ids[0] : kept[0];
        }
        else
        {
            kept = ids[..maxTokens];
            kept[^1] = IsSpecial(ids[^1]) ? ids[^1] : kept[^1];
        }

        return new EncodedText(kept, null, ids.Length, true);
    }

    /// <summary>Encodes a query with a document; truncates like <see cref="Encode"/>.</summary>
    public abstract EncodedText EncodePair(string query, string document, int maxTokens, Truncation truncation);
}
