namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>The role of a token.</summary>
internal enum TokenKind
{
    /// <summary>A word, a number, a character of a script without spaces, or an emoji: the unit of phrases and document lengths.</summary>
    Word,

    /// <summary>A word that is too frequent to score. Phrases include it.</summary>
    StopWord,

    /// <summary>Another form of a word: as spelt with its accents, or stemmed without them.</summary>
    Variant,

    /// <summary>A compound as a whole, such as <c>nginx.conf</c>. Its parts are tokens of their own.</summary>
    Compound,

    /// <summary>Two adjacent characters of Chinese, Japanese or Korean.</summary>
    Bigram,
}

/// <summary>A term at a place in a text.</summary>
/// <param name="Term">The term as indexed, with the prefix of its class (see <see cref="TermPrefix"/>).</param>
/// <param name="Start">The first UTF-16 code unit.</param>
/// <param name="End">The code unit after the last.</param>
/// <param name="Position">The ordinal of the word; tokens of one word, and a compound and its first part, share it.</param>
internal readonly record struct Token(string Term, int Start, int End, int Position, TokenKind Kind);

/// <summary>Terms that must not be confused with plain words start with a control character, which no text contributes to a term.</summary>
internal static class TermPrefix
{
    /// <summary>A stop word, unstemmed.</summary>
    public const char StopWord = '\u0001';

    /// <summary>A word whose accents were removed.</summary>
    public const char Folded = '\u0002';

    /// <summary>A word as spelt, whose stem has lost the accents.</summary>
    public const char Spelt = '\u0003';

    /// <summary>The term without its prefix.</summary>
    public static string Strip(string term) => term.Length > 0 && term[0] <= Spelt ? term[1..] : term;
}
