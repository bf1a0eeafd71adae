using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.PreTokenization;

/// <summary>Splits at white space, which goes, and around each punctuation mark, which stays.</summary>
internal sealed class BertPreTokenizer : SplittingPreTokenizer
{
    protected override void Split(ReadOnlySpan<char> text, int start, int end, SplitList target)
    {
        var word = start;
        for (int i = start, length; i < end; i += length)
        {
            var codePoint = CharacterClasses.CodePointAt(text, i, out length);
            if (CharacterClasses.IsWhiteSpace(codePoint))
            {
                target.Add(word, i);
                word = i + length;
            }
            else if (CharacterClasses.IsPunctuation(codePoint))
            {
                target.Add(word, i);
                target.Add(i, i + length);
                word = i + length;
            }
        }

        target.Add(word, end);
    }
}

/// <summary>
/// Splits at white space, which goes. U+0085 stays, as in SentencePiece, which trained the models that split so, and in the JavaScript
/// library; Rust's splits there.
/// </summary>
internal sealed class WhiteSpaceSplitPreTokenizer : SplittingPreTokenizer
{
    private const char NextLine = '\u0085';

    protected override void Split(ReadOnlySpan<char> text, int start, int end, SplitList target)
    {
        var word = start;
        for (var i = start; i < end; i++)
        {
            if (CharacterClasses.IsWhiteSpace(text[i]) && text[i] != NextLine)
            {
                target.Add(word, i);
                word = i + 1;
            }
        }

        target.Add(word, end);
    }
}
