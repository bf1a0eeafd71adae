namespace EmbedPlatform.Inference.Tokenization.Models;

/// <summary>Turns pre-tokens into ids. Immutable and shared by all threads; its working data is in the workspace.</summary>
internal abstract class TokenizerModel
{
    /// <summary>The number of ids, without added tokens.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The id of a token, or null.</summary>
    public abstract int? IdOf(string token);

    /// <summary>The token of an id, or null.</summary>
    public abstract string? TokenOf(int id);

    /// <summary>Adds the tokens of one pre-token, with positions in the text.</summary>
    /// <param name="workspace">Buffers.</param>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the pre-token starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="forbidden">Ids that the text must not produce; null for none.</param>
    /// <param name="output">Receives the tokens.</param>
    public abstract void Tokenize(Workspace workspace, ReadOnlySpan<char> text, int start, int end, bool[]? forbidden, TokenList output);
}
