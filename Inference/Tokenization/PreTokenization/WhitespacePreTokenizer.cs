using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.PreTokenization;

/// <summary>Splits into runs of word characters and runs of other non-space characters (<c>\w+|[^\w\s]+</c>); white space goes.</summary>
internal sealed class WhitespacePreTokenizer : SplittingPreTokenizer
{
    private enum Kind
    {
        Space,
        Word,
        Other,
    }

    protected override void Split(ReadOnlySpan<char> text, int start, int end, SplitList target)
    {
        var (run, last) = (start, Kind.Space);
        for (int i = start, length; i < end; i += length)
        {
            var kind = KindOf(CharacterClasses.CodePointAt(text, i, out length));
            if (kind == last)
            {
                continue;
            }

            Add(target, last, run, i);
            (run, last) = (i, kind);
        }

        Add(target, last, run, end);
    }

    private static void Add(SplitList target, Kind kind, int start, int end)
    {
        if (kind != Kind.Space)
        {
            target.Add(start, end);
        }
    }

    private static Kind KindOf(int codePoint) =>
        CharacterClasses.IsWhiteSpace(codePoint) ? Kind.Space
        : CharacterClasses.IsWordCharacter(codePoint) ? Kind.Word
        : Kind.Other;
}
