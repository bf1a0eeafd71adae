namespace EmbedPlatform.Inference.Tokenization.Normalization;

/// <summary>
/// A step that rewrites a text before it is split. Steps are immutable and shared by all threads; their working data is in the workspace.
/// </summary>
internal abstract class Normalizer
{
    /// <summary>Rewrites <see cref="Workspace.Text"/>.</summary>
    public abstract void Apply(Workspace workspace);
}

/// <summary>A sequence of steps.</summary>
internal sealed class SequenceNormalizer(IReadOnlyList<Normalizer> steps) : Normalizer
{
    public override void Apply(Workspace workspace)
    {
        foreach (var step in steps)
        {
            step.Apply(workspace);
        }
    }
}
