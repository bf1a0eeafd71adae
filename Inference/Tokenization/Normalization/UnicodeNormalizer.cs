using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.Normalization;

/// <summary>NFC, NFD, NFKC or NFKD.</summary>
internal sealed class UnicodeNormalizer(UnicodeNormalForm form) : Normalizer
{
    public override void Apply(Workspace workspace)
    {
        var text = workspace.Text;
        if (form.FirstUnstable(text.Span) < 0)
        {
            return;
        }

        var target = workspace.SpareText;
        target.ResetAligned(text.Length);
        form.Normalize(text, target);
        workspace.SwapText();
    }
}
