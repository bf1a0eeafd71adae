using System.Globalization;
using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.PreTokenization;

/// <summary>For each general category a rare character of the Basic Multilingual Plane that has it.</summary>
internal static class CategoryPlaceholders
{
    private const char CircledLetter = '\u24E8';

    public static char Of(int codePoint) =>
        CharacterClasses.IsLetterSymbol(codePoint)
            ? CircledLetter
            : CharacterClasses.CategoryOf(codePoint) switch
            {
                UnicodeCategory.UppercaseLetter => '\u2C2F',
                UnicodeCategory.LowercaseLetter => '\u2C5F',
                UnicodeCategory.TitlecaseLetter => '\u1FFC',
                UnicodeCategory.ModifierLetter => '\uA4FD',
                UnicodeCategory.OtherLetter => '\uA48C',
                UnicodeCategory.NonSpacingMark => '\uA6F1',
                UnicodeCategory.SpacingCombiningMark => '\uAA4D',
                UnicodeCategory.EnclosingMark => '\u20E4',
                UnicodeCategory.DecimalDigitNumber => '\uAA59',
                UnicodeCategory.LetterNumber => '\uA6EF',
                UnicodeCategory.OtherNumber => '\u3289',
                UnicodeCategory.DashPunctuation => '\u2E3B',
                UnicodeCategory.OtherPunctuation => '\uAA5F',
                UnicodeCategory.MathSymbol => '\u2AFF',
                UnicodeCategory.CurrencySymbol => '\u20BE',
                UnicodeCategory.ModifierSymbol => '\uA721',
                UnicodeCategory.OtherSymbol => '\u4DFF',
                UnicodeCategory.Format => '\u206F',
                UnicodeCategory.PrivateUse => '\uF8FE',
                _ => '\uFFFE',
            };
}
