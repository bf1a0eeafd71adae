using System.Text;
using Lucene.Net.Analysis.Miscellaneous;

namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>
/// Removes accents from Latin, Greek, Cyrillic, Arabic and Hebrew letters. The marks of other scripts are part of the spelling: without
/// them, Japanese で would become て and Thai words would change their tone.
/// </summary>
internal static class AccentFolding
{
    /// <summary>The word without accents; the same instance if it has none.</summary>
    public static string Fold(string word)
    {
        if (System.Text.Ascii.IsValid(word))
        {
            return word;
        }

        var decomposed = word.Normalize(NormalizationForm.FormD);
        var kept = new StringBuilder(decomposed.Length);
        var letter = default(Rune);
        foreach (var rune in decomposed.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != System.Globalization.UnicodeCategory.NonSpacingMark)
            {
                letter = rune;
                kept.Append(rune.ToString());
            }
            else if (!LosesMarks(letter.Value))
            {
                kept.Append(rune.ToString());
            }
        }

        var folded = WithoutStrokes(kept.ToString().Normalize(NormalizationForm.FormC));
        return folded == word ? word : folded;
    }

    private static bool LosesMarks(int letter) =>
        letter
            is < 0x0530 // Latin, Greek, Cyrillic
                or >= 0x0590
                and < 0x0780 // Hebrew, Arabic
                or >= 0x1E00
                and < 0x2000 // Latin and Greek with accents
                or >= 0xFB1D
                and < 0xFE00; // presentation forms

    // Letters such as ø and ł do not decompose.
    private static string WithoutStrokes(string word)
    {
        if (!word.Any(letter => letter is >= '\u00C0' and < '\u0250' or >= '\u1E00' and < '\u1F00'))
        {
            return word;
        }

        var output = new char[4 * word.Length];
        return new string(output, 0, ASCIIFoldingFilter.FoldToASCII(word.ToCharArray(), 0, output, 0, word.Length));
    }
}
