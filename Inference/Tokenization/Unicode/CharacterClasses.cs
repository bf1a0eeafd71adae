using System.Globalization;
using System.Text;

namespace EmbedPlatform.Inference.Tokenization.Unicode;

/// <summary>The kinds of characters that pre-tokenizers distinguish.</summary>
internal enum CharKind : byte
{
    /// <summary>Everything else: letters, marks, symbols.</summary>
    Word,

    /// <summary>The White_Space property.</summary>
    Space,

    /// <summary>Unicode punctuation, and all of ASCII's punctuation and symbols.</summary>
    Punctuation,
}

/// <summary>The kind of a character, from the Unicode data built into .NET (not from the system's ICU).</summary>
internal static class CharacterClasses
{
    private static readonly CharKind[] Kinds = BuildKinds();
    private static readonly UnicodeCategory[] Categories = BuildCategories();

    /// <summary>The kind of every UTF-16 unit; a surrogate counts as <see cref="CharKind.Word"/>.</summary>
    public static ReadOnlySpan<CharKind> KindOfUnit => Kinds;

    /// <summary>The code point at <paramref name="index"/> and its length in UTF-16 units; a lone surrogate counts as itself.</summary>
    public static int CodePointAt(ReadOnlySpan<char> text, int index, out int length)
    {
        var value = text[index];
        if (char.IsHighSurrogate(value) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            length = 2;
            return char.ConvertToUtf32(value, text[index + 1]);
        }

        length = 1;
        return value;
    }

    public static UnicodeCategory CategoryOf(int codePoint) =>
        codePoint < 0x10000 ? Categories[codePoint] : CharUnicodeInfo.GetUnicodeCategory(codePoint);

    public static bool IsPunctuation(int codePoint) =>
        codePoint < 0x10000 ? Kinds[codePoint] == CharKind.Punctuation : IsPunctuation(CategoryOf(codePoint));

    public static bool IsWhiteSpace(int codePoint) => codePoint < 0x10000 && Kinds[codePoint] == CharKind.Space;

    public static bool IsLetter(int codePoint) => CategoryOf(codePoint) <= UnicodeCategory.OtherLetter;

    public static bool IsMark(int codePoint) =>
        CategoryOf(codePoint) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>\p{N}.</summary>
    public static bool IsNumber(int codePoint) =>
        CategoryOf(codePoint) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>Symbols that count as letters (Other_Alphabetic): circled and squared ones.</summary>
    public static bool IsLetterSymbol(int codePoint) =>
        codePoint is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    /// <summary>
    /// \w of UTS #18: letters, symbols that count as letters, marks, decimal digits, letter numbers, connectors and joiners.
    /// </summary>
    public static bool IsWordCharacter(int codePoint) =>
        IsLetter(codePoint)
        || IsMark(codePoint)
        || codePoint is 0x200C or 0x200D
        || IsLetterSymbol(codePoint)
        || CategoryOf(codePoint)
            is UnicodeCategory.DecimalDigitNumber
                or UnicodeCategory.LetterNumber
                or UnicodeCategory.ConnectorPunctuation;

    private static bool IsPunctuation(UnicodeCategory category) =>
        category is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    private static CharKind[] BuildKinds()
    {
        var kinds = new CharKind[0x10000];
        for (var c = 0; c < kinds.Length; c++)
        {
            var value = (char)c;
            kinds[c] =
                char.IsWhiteSpace(value) ? CharKind.Space
                : IsPunctuation(CharUnicodeInfo.GetUnicodeCategory(value)) || (c < 128 && Rune.IsSymbol(new Rune(value)))
                    ? CharKind.Punctuation
                : CharKind.Word;
        }

        return kinds;
    }

    private static UnicodeCategory[] BuildCategories()
    {
        var categories = new UnicodeCategory[0x10000];
        for (var c = 0; c < categories.Length; c++)
        {
            categories[c] = CharUnicodeInfo.GetUnicodeCategory((char)c);
        }

        return categories;
    }
}
