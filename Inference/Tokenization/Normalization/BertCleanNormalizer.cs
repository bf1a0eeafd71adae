using System.Globalization;
using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.Normalization;

/// <summary>
/// The first two steps of BertNormalizer: removes control characters, turns white space into blanks, and puts blanks around
/// Chinese characters.
/// </summary>
internal sealed class BertCleanNormalizer(bool cleanText, bool handleChineseCharacters) : Normalizer
{
    public override void Apply(Workspace workspace)
    {
        var source = workspace.Text;
        var text = source.MutableSpan;
        var at = 0;
        for (int length; at < text.Length; at += length)
        {
            var codePoint = CharacterClasses.CodePointAt(text, at, out length);
            if (codePoint is >= ' ' and < 0x7F)
            {
                continue;
            }

            if (cleanText && IsBlank(codePoint))
            {
                text[at] = ' ';
            }
            else if ((cleanText && IsRemoved(codePoint)) || (handleChineseCharacters && IsChinese(codePoint)))
            {
                break;
            }
        }

        if (at < text.Length)
        {
            Rewrite(workspace, at);
        }
    }

    private void Rewrite(Workspace workspace, int from)
    {
        var source = workspace.Text;
        var text = source.Span;
        var target = workspace.SpareText;
        target.ResetAligned(text.Length + 16);
        target.AppendFrom(source, 0, from);
        for (int i = from, length; i < text.Length; i += length)
        {
            var codePoint = CharacterClasses.CodePointAt(text, i, out length);
            var (start, end) = (source.StartOf(i), source.EndOf(i + length - 1));
            if (cleanText && IsBlank(codePoint))
            {
                target.Append(' ', start, end);
            }
            else if (handleChineseCharacters && IsChinese(codePoint))
            {
                target.Append(' ', start, end);
                target.AppendCodePoint(codePoint, start, end);
                target.Append(' ', start, end);
            }
            else if (!cleanText || !IsRemoved(codePoint))
            {
                target.AppendCodePoint(codePoint, start, end);
            }
        }

        workspace.SwapText();
    }

    private static bool IsBlank(int codePoint) =>
        codePoint is '\t' or '\n' or '\r'
        || (CharacterClasses.IsWhiteSpace(codePoint) && CharacterClasses.CategoryOf(codePoint) != UnicodeCategory.Control);

    // Unassigned characters stay: they differ between versions of Unicode.
    private static bool IsRemoved(int codePoint) =>
        codePoint is 0 or 0xFFFD
        || CharacterClasses.CategoryOf(codePoint) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    // The CJK blocks that the original BERT code names; kana and hangul are words.
    private static bool IsChinese(int codePoint) =>
        codePoint
            is (>= 0x4E00 and <= 0x9FFF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x20000 and <= 0x2A6DF)
                or (>= 0x2A700 and <= 0x2B73F)
                or (>= 0x2B740 and <= 0x2B81F)
                or (>= 0x2B920 and <= 0x2CEAF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x2F800 and <= 0x2FA1F);
}
