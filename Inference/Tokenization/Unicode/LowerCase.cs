using System.Text;

namespace EmbedPlatform.Inference.Tokenization.Unicode;

/// <summary>
/// Lower-casing character by character, as Hugging Face's tokenizers library does it: by Unicode's mappings without a locale and without
/// context, so that a final capital sigma becomes &#963;, not &#962;. U+0130 becomes two characters.
/// </summary>
internal static class LowerCase
{
    public const char CapitalIWithDot = '\u0130';
    public const char CombiningDotAbove = '\u0307';
    private static readonly char[] Table = Build();

    /// <summary>The lower-case form of a UTF-16 unit, except U+0130.</summary>
    public static char Of(char value) => Table[value];

    /// <summary>The lower-case form of a code point, except U+0130.</summary>
    public static int Of(int codePoint) => codePoint < 0x10000 ? Table[codePoint] : Rune.ToLowerInvariant(new Rune(codePoint)).Value;

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
