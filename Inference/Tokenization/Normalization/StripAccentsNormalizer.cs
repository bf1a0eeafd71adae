using System.Globalization;
using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.Normalization;

/// <summary>Drops combining marks; precomposed characters must be decomposed first.</summary>
/// <param name="onlyNonSpacing">Whether only nonspacing marks (Mn) are dropped, as BertNormalizer does, or every mark.</param>
internal sealed class StripAccentsNormalizer(bool onlyNonSpacing) : Normalizer
{
    public override void Apply(Workspace workspace)
    {
        var source = workspace.Text;
        var text = source.Span;
        if (FirstMark(text) < 0)
        {
            return;
        }

        var target = workspace.SpareText;
        target.ResetAligned(text.Length);
        for (int i = 0, length; i < text.Length; i += length)
        {
            if (!IsDropped(CharacterClasses.CodePointAt(text, i, out length)))
            {
                target.AppendFrom(source, i, i + length);
            }
        }

        workspace.SwapText();
    }

    private int FirstMark(ReadOnlySpan<char> text)
    {
        for (int i = 0, length; i < text.Length; i += length)
        {
            length = 1;
            if (text[i] >= 0x300 && IsDropped(CharacterClasses.CodePointAt(text, i, out length)))
            {
                return i;
            }
        }

        return -1;
    }

    private bool IsDropped(int codePoint) =>
        onlyNonSpacing
            ? codePoint >= 0x300 && CharacterClasses.CategoryOf(codePoint) == UnicodeCategory.NonSpacingMark
            : codePoint >= 0x300 && CharacterClasses.IsMark(codePoint);
}
