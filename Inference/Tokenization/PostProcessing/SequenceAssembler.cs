namespace EmbedPlatform.Inference.Tokenization.PostProcessing;

/// <summary>Assembles texts and special tokens, truncating if necessary.</summary>
internal static class SequenceAssembler
{
    public static Encoding Build(IReadOnlyList<TemplatePart> template, TokenList first, TokenList? second, EncodeOptions options)
    {
        var special = template.Sum(part => part.Ids.Length);
        var total = special + first.Count + (second?.Count ?? 0);
        var (keepFirst, keepSecond) = (first.Count, second?.Count ?? 0);
        var limit = options.MaxTokens ?? int.MaxValue;
        if (total > limit)
        {
            var room = Math.Max(0, limit - special);
            (keepFirst, keepSecond) = second is null
                ? (Math.Min(keepFirst, room), 0)
                : PairTruncation.Cut(keepFirst, keepSecond, room, options.Strategy);
        }

        // A limit below the number of special tokens cuts these too, because the limit is never exceeded.
        var length = Math.Min(limit, special + keepFirst + keepSecond);
        var output = new Output(length);
        foreach (var part in template)
        {
            if (part.Sequence < 0)
            {
                output.AddSpecial(part);
            }
            else
            {
                output.AddText(
                    part.Sequence == 0 ? first : second!,
                    part.Sequence == 0 ? keepFirst : keepSecond,
                    part.TypeId,
                    options.Truncation
                );
            }
        }

        return new Encoding(output.Ids, output.TypeIds, output.Offsets, output.SpecialMask, total);
    }

    private sealed class Output(int length)
    {
        private int _count;

        public int[] Ids { get; } = new int[length];

        public int[] TypeIds { get; } = new int[length];

        public TokenOffset[] Offsets { get; } = new TokenOffset[length];

        public bool[] SpecialMask { get; } = new bool[length];

        public void AddSpecial(TemplatePart part)
        {
            foreach (var id in part.Ids)
            {
                if (_count == length)
                {
                    return;
                }

                (Ids[_count], TypeIds[_count], SpecialMask[_count]) = (id, part.TypeId, true);
                _count++;
            }
        }

        public void AddText(TokenList tokens, int keep, int typeId, Truncation truncation)
        {
            keep = Math.Min(keep, length - _count);
            var from = truncation == Truncation.Left ? tokens.Count - keep : 0;
            tokens.Ids.Slice(from, keep).CopyTo(Ids.AsSpan(_count));
            TypeIds.AsSpan(_count, keep).Fill(typeId);
            for (var i = 0; i < keep; i++)
            {
                Offsets[_count + i] = new TokenOffset(tokens.Starts[from + i], tokens.Ends[from + i]);
            }

            _count += keep;
        }
    }
}
