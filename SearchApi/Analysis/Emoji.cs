using System.Text;

namespace EmbedPlatform.SearchApi.Analysis;

/// <summary>An emoji as terms.</summary>
/// <param name="Base">The emoji without skin tones and presentation selectors.</param>
/// <param name="Variants">The emoji with its skin tones, and the parts of a sequence.</param>
internal readonly record struct Emoji(string Base, IReadOnlyList<string> Variants)
{
    private const int Joiner = 0x200D;
    private const int Presentation = 0xFE0F;

    public static Emoji Parse(ReadOnlySpan<char> element)
    {
        var (toned, plain) = (new StringBuilder(), new StringBuilder());
        var parts = new List<string>();
        foreach (var rune in element.EnumerateRunes())
        {
            if (rune.Value == Presentation)
            {
                continue;
            }

            toned.Append(rune.ToString());
            if (rune.Value is >= 0x1F3FB and <= 0x1F3FF && plain.Length > 0)
            {
                continue;
            }

            plain.Append(rune.ToString());
            if (rune.Value != Joiner)
            {
                parts.Add(rune.ToString());
            }
        }

        var known = plain.ToString();
        // Flags are pairs of letters, which mean nothing alone.
        var isSequence = known.Contains((char)Joiner);
        string[] variants = [.. toned.Length > plain.Length ? [toned.ToString()] : Array.Empty<string>(), .. isSequence ? parts : []];
        return new Emoji(known, [.. variants.Distinct().Where(variant => variant != known)]);
    }
}
