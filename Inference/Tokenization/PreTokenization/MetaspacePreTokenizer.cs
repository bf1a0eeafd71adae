namespace EmbedPlatform.Inference.Tokenization.PreTokenization;

/// <summary>When the replacement is prepended to a text.</summary>
internal enum PrependScheme
{
    Always,
    First,
    Never,
}

/// <summary>SentencePiece's handling of spaces: each becomes a visible character at the start of the next word.</summary>
internal sealed class MetaspacePreTokenizer(char replacement, PrependScheme prepend, bool split) : PreTokenizer
{
    public override void Apply(Workspace workspace)
    {
        var source = workspace.Text;
        var splits = workspace.Splits;
        var text = source.MutableSpan;
        text.Replace(' ', replacement);

        var target = workspace.SpareText;
        var bounds = workspace.SpareSplits;
        bounds.Clear();
        target.ResetAligned(text.Length + splits.Count);
        for (var i = 0; i < splits.Count; i++)
        {
            var (start, end) = (splits.StartOf(i), splits.EndOf(i));
            var at = target.Length;
            if (
                text[start] != replacement
                && (prepend == PrependScheme.Always || (prepend == PrependScheme.First && IsFirst(workspace, start, end)))
            )
            {
                target.AppendBefore([replacement], source, start);
            }

            target.AppendFrom(source, start, end);
            AddSplits(target.Span, at, bounds);
        }

        workspace.SwapText();
        workspace.SwapSplits();
    }

    private static bool IsFirst(Workspace workspace, int start, int end) =>
        workspace.Text.StartOf(start) == 0 || (workspace.IsFirstStretch && start == 0 && end == workspace.Text.Length);

    private void AddSplits(ReadOnlySpan<char> text, int start, SplitList bounds)
    {
        for (var i = start + 1; split && i < text.Length; i++)
        {
            if (text[i] == replacement)
            {
                bounds.Add(start, i);
                start = i;
            }
        }

        bounds.Add(start, text.Length);
    }
}
