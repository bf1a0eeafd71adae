namespace EmbedPlatform.Inference.Execution;

/// <summary>Texts to ids, as the engine needs it. Thread-safe.</summary>
internal abstract class TextEncoder
{
    /// <summary>The id that fills a row up to the longest of its batch.</summary>
    public abstract int PadId { get; }

    /// <summary>Whether an id is a token that stands for no text: start, end, padding, unknown.</summary>
    public virtual bool IsSpecial(int id) => false;

    /// <summary>Encodes a text. Under <see cref="TruncationPolicy.Error"/> the end is cut too and the caller looks at the total.</summary>
    public abstract EncodedText Encode(string text, int maxTokens, TruncationPolicy truncation);

    /// <summary>Encodes a query with a document; cut as <see cref="Encode"/> does.</summary>
    public abstract EncodedText EncodePair(string query, string document, int maxTokens, TruncationPolicy truncation);
}
