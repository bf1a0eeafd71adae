using EmbedPlatform.Inference.Tokenization.PreTokenization;

namespace EmbedPlatform.Inference.Tokenization.Normalization;

/// <summary>Replaces every match of a pattern by a fixed text.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : Normalizer
{
    public override void Apply(Workspace workspace)
    {
        var source = workspace.Text;
        if (pattern.SingleCharacter is { } old && content.Length == 1)
        {
            source.MutableSpan.Replace(old, content[0]);
            return;
        }

        var matches = workspace.SpareSplits;
        matches.Clear();
        pattern.Find(source.Span, matches);
        if (matches.Count == 0)
        {
            return;
        }

        var target = workspace.SpareText;
        target.ResetAligned(source.Length);
        var done = 0;
        for (var i = 0; i < matches.Count; i++)
        {
            target.AppendFrom(source, done, matches.StartOf(i));
            done = matches.EndOf(i);
            var (start, end) = PositionOf(source, matches.StartOf(i), done);
            target.Append(content, start, end);
        }

        target.AppendFrom(source, done, source.Length);
        workspace.SwapText();
    }

    private static (int Start, int End) PositionOf(TextBuffer source, int start, int end) =>
        (start < end, start) switch
        {
            (true, _) => (source.StartOf(start), source.EndOf(end - 1)),
            (false, 0) => (source.StartOf(0), source.StartOf(0)),
            _ => (source.EndOf(start - 1), source.EndOf(start - 1)),
        };
}
