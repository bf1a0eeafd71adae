using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace EmbedPlatform.ServiceDefaults.Failures;

/// <summary>
/// Which texts say nothing: those of nothing but white space, control characters and format characters (Unicode categories Cc and Cf, such as the
/// zero-width joiner, U+FEFF and the soft hyphen). A model scores such a text all the same, as noise.
/// </summary>
public static class Blank
{
    /// <summary>Whether a text says nothing.</summary>
    /// <param name="text">The text; null says nothing too.</param>
    public static bool Is([NotNullWhen(false)] string? text)
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
