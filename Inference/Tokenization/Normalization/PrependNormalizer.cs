namespace EmbedPlatform.Inference.Tokenization.Normalization;

/// <summary>Prepends a text; an empty text stays empty.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override void Apply(Workspace workspace)
    {
        var source = workspace.Text;
        if (source.Length == 0)
        {
            return;
        }

        var target = workspace.SpareText;
        target.ResetAligned(source.Length + prefix.Length);
        target.AppendBefore(prefix, source, 0);
        target.AppendFrom(source, 0, source.Length);
        workspace.SwapText();
    }
}
