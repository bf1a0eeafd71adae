namespace EmbedPlatform.Inference.Tokenization.AddedTokens;

/// <summary>A token that is matched in the text before any other step.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="SingleWord">Whether it must stand alone, not inside a word.</param>
/// <param name="StripLeft">Whether it takes the white space before it.</param>
/// <param name="StripRight">Whether it takes the white space after it.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text.</param>
/// <param name="Special">Whether it has a special meaning to the model.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool StripLeft, bool StripRight, bool Normalized, bool Special);

/// <summary>Where an added token was found.</summary>
internal readonly record struct AddedTokenSpan(int Start, int End, int Id);
