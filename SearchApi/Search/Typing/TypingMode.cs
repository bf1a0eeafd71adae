namespace EmbedPlatform.SearchApi.Search.Typing;

/// <summary>How the words of a query are read.</summary>
/// <param name="Typos">Whether mistyped words are corrected.</param>
/// <param name="Prefix">Whether the last word may be unfinished.</param>
internal sealed record TypingMode(bool Typos, bool Prefix)
{
    /// <summary>Every word as it is typed.</summary>
    public static readonly TypingMode Off = new(false, false);

    public bool IsOff => !Typos && !Prefix;
}
