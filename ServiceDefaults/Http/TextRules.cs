using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>
/// Blank texts consist of white space, control characters and format characters (Unicode categories Cc and Cf, such as the zero-width
/// joiner, U+FEFF and the soft hyphen). A model would embed or score them as noise.
/// </summary>
public static class TextRules
{
    public static bool IsBlank([NotNullWhen(false)] string? text)
    {
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format))
            {
                return false;
            }
        }

        return true;
    }
}
