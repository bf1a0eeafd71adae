namespace EmbedPlatform.Inference.Tokenization.PreTokenization;

/// <summary>GPT-2's byte-level encoding: each UTF-8 byte becomes one visible character.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : PreTokenizer
{
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private static readonly PatternPreTokenizer Words = new(TextPattern.Expression(Gpt2), SplitBehavior.Isolated);

    public override void Apply(Workspace workspace)
    {
        if (addPrefixSpace)
        {
            Prefix(workspace);
        }

        if (useRegex)
        {
            Words.Apply(workspace);
        }

        ToBytes(workspace);
    }

    private static void Prefix(Workspace workspace)
    {
        var (source, splits, target, bounds) = (workspace.Text, workspace.Splits, workspace.SpareText, workspace.SpareSplits);
        target.ResetAligned(source.Length + splits.Count);
        bounds.Clear();
        for (var i = 0; i < splits.Count; i++)
        {
            var (start, at) = (splits.StartOf(i), target.Length);
            if (source.Span[start] != ' ')
            {
                target.AppendBefore(" ", source, start);
            }

            target.AppendFrom(source, start, splits.EndOf(i));
            bounds.Add(at, target.Length);
        }

        workspace.SwapText();
        workspace.SwapSplits();
    }

    private static void ToBytes(Workspace workspace)
    {
        var (source, splits, target, bounds) = (workspace.Text, workspace.Splits, workspace.SpareText, workspace.SpareSplits);
        target.ResetAligned((source.Length * 3) + 1);
        bounds.Clear();
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < splits.Count; i++)
        {
            var at = target.Length;
            for (int c = splits.StartOf(i), length; c < splits.EndOf(i); c += length)
            {
                var codePoint = Unicode.CharacterClasses.CodePointAt(source.Span, c, out length);
                var count = new System.Text.Rune(codePoint).EncodeToUtf8(bytes);
                for (var b = 0; b < count; b++)
                {
                    target.Append(ByteCharacters.Of(bytes[b]), source.StartOf(c), source.EndOf(c + length - 1));
                }
            }

            bounds.Add(at, target.Length);
        }

        workspace.SwapText();
        workspace.SwapSplits();
    }
}
