using System.Globalization;
using System.Text;

namespace EmbedPlatform.Inference.Tokenization.Unicode;

/// <summary>
/// Unicode's full lower-casing without a locale: the simple mappings, U+0130 (which becomes two characters), and the final sigma, as
/// Python's <c>str.lower</c> (the original BERT) and JavaScript's <c>toLowerCase</c> do it.
/// </summary>
internal static class LowerCase
{
    public const char CapitalSigma = '\u03A3';
    public const char CapitalIWithDot = '\u0130';
    public const char CombiningDotAbove = '\u0307';
    private const char Sigma = '\u03C3';
    private const char FinalSigma = '\u03C2';
    private static readonly char[] Table = Build();

    /// <summary>The lower-case form of a UTF-16 unit, ignoring the two special cases.</summary>
    public static char Of(char value) => Table[value];

    /// <summary>The lower-case form of a code point, ignoring the two special cases.</summary>
    public static int Of(int codePoint) => codePoint < 0x10000 ? Table[codePoint] : Rune.ToLowerInvariant(new Rune(codePoint)).Value;

    /// <summary>
    /// The lower-case form of the capital sigma at <paramref name="index"/>: final after a letter if no letter follows
    /// (SpecialCasing.txt, Final_Sigma).
    /// </summary>
    public static char OfSigma(ReadOnlySpan<char> text, int index)
    {
        var before = index;
        while (before > 0 && IsCaseIgnorable(CodePointBefore(text, before, out var length)))
        {
            before -= length;
        }

        if (before == 0 || !IsCased(CodePointBefore(text, before, out _)))
        {
            return Sigma;
        }

        var after = index + 1;
        while (after < text.Length)
        {
            var codePoint = CharacterClasses.CodePointAt(text, after, out var length);
            if (!IsCaseIgnorable(codePoint))
            {
                return IsCased(codePoint) ? Sigma : FinalSigma;
            }

            after += length;
        }

        return FinalSigma;
    }

    private static int CodePointBefore(ReadOnlySpan<char> text, int end, out int length)
    {
        var value = text[end - 1];
        if (char.IsLowSurrogate(value) && end > 1)
        {
            length = 2;
            return char.ConvertToUtf32(text[end - 2], value);
        }

        length = 1;
        return value;
    }

    private static bool IsCased(int codePoint) =>
        CharacterClasses.CategoryOf(codePoint)
            is UnicodeCategory.UppercaseLetter
                or UnicodeCategory.LowercaseLetter
                or UnicodeCategory.TitlecaseLetter
        || codePoint is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9);

    private static bool IsCaseIgnorable(int codePoint) =>
        CharacterClasses.CategoryOf(codePoint)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format
                or UnicodeCategory.ModifierLetter
                or UnicodeCategory.ModifierSymbol
        || codePoint
            is '\''
                or '.'
                or ':'
                or 0xB7
                or 0x387
                or 0x55F
                or 0x5F4
                or 0x2018
                or 0x2019
                or 0x2024
                or 0x2027
                or 0xFE13
                or 0xFE52
                or 0xFE55
                or 0xFF07
                or 0xFF0E
                or 0xFF1A;

    private static char[] Build()
    {
        var table = new char[0x10000];
        for (var c = 0; c < table.Length; c++)
        {
            table[c] = char.ToLowerInvariant((char)c);
        }

        return table;
    }
}
