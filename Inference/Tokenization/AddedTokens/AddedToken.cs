namespace EmbedPlatform.Inference.Tokenization.AddedTokens;

/// <summary>A token that is matched in the text before any other step.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="SingleWord">Whether it matches only whole words.</param>
/// <param name="StripLeft">Whether it includes the preceding white space.</param>
/// <param name="StripRight">Whether it includes the following white space.</param>
/// <param name="Normalized">Whether it is matched in the normalized text.</param>
/// <param name="Special">Whether it has a special meaning to the model.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool StripLeft, bool StripRight, bool Normalized, bool Special);

/// <summary>A match of an added token.</summary>
internal readonly record struct AddedTokenSpan(int Start, int End, int Id);
