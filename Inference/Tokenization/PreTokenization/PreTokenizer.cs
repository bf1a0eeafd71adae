namespace EmbedPlatform.Inference.Tokenization.PreTokenization;

/// <summary>A step that splits a text into pre-tokens, and may rewrite it. Immutable and shared by all threads.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Splits each of <see cref="Workspace.Splits"/> further.</summary>
    public abstract void Apply(Workspace workspace);
}

/// <summary>A sequence of steps.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<PreTokenizer> steps) : PreTokenizer
{
    public override void Apply(Workspace workspace)
    {
        foreach (var step in steps)
        {
            step.Apply(workspace);
        }
    }
}

/// <summary>A step that leaves the text as it is.</summary>
internal abstract class SplittingPreTokenizer : PreTokenizer
{
    public sealed override void Apply(Workspace workspace)
    {
        var (splits, target) = (workspace.Splits, workspace.SpareSplits);
        target.Clear();
        for (var i = 0; i < splits.Count; i++)
        {
            Split(workspace.Text.Span, splits.StartOf(i), splits.EndOf(i), target);
        }

        workspace.SwapSplits();
    }

    /// <summary>Adds the parts of one range.</summary>
    protected abstract void Split(ReadOnlySpan<char> text, int start, int end, SplitList target);
}
