using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.Normalization;

/// <summary>Full Unicode lower-casing.</summary>
internal sealed class LowercaseNormalizer : Normalizer
{
    public override void Apply(Workspace workspace)
    {
        var text = workspace.Text.MutableSpan;
        var special =
            text.IndexOfAny(LowerCase.CapitalSigma, LowerCase.CapitalIWithDot) >= 0 || text.IndexOfAnyInRange('\uD800', '\uDFFF') >= 0;
        if (special)
        {
            Rewrite(workspace);
            return;
        }

        for (var i = 0; i < text.Length; i++)
        {
            text[i] = LowerCase.Of(text[i]);
        }
    }

    private static void Rewrite(Workspace workspace)
    {
        var source = workspace.Text;
        var target = workspace.SpareText;
        var text = source.Span;
        target.ResetAligned(text.Length + 8);
        for (int i = 0, length; i < text.Length; i += length)
        {
            var codePoint = CharacterClasses.CodePointAt(text, i, out length);
            var (start, end) = (source.StartOf(i), source.EndOf(i + length - 1));
            switch (codePoint)
            {
                case LowerCase.CapitalSigma:
                    target.Append(LowerCase.OfSigma(text, i), start, end);
                    break;
                case LowerCase.CapitalIWithDot:
                    target.Append('i', start, end);
                    target.Append(LowerCase.CombiningDotAbove, start, end);
                    break;
                default:
                    target.AppendCodePoint(LowerCase.Of(codePoint), start, end);
                    break;
            }
        }

        workspace.SwapText();
    }
}
