using EmbedPlatform.Inference.Tokenization.Unicode;

namespace EmbedPlatform.Inference.Tokenization.Normalization;

/// <summary>Removes white space at the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override void Apply(Workspace workspace)
    {
        var text = workspace.Text.Span;
        var start = 0;
        var end = text.Length;
        while (left && start < end && CharacterClasses.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (right && end > start && CharacterClasses.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        workspace.Text.Slice(start, end);
    }
}
