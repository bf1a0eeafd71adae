namespace EmbedPlatform.Inference.Tokenization.PreTokenization;

/// <summary>How the text that a pattern matches is handled.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Splits at the matches of a pattern (<c>Split</c>, <c>Whitespace</c>, <c>Digits</c>, <c>Punctuation</c>).</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="behavior">How matches are handled.</param>
/// <param name="invert">Whether the pattern matches the text between separators instead of the separators.</param>
internal sealed class PatternPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert = false) : SplittingPreTokenizer
{
    [ThreadStatic]
    private static SplitList? _matches;

    protected override void Split(ReadOnlySpan<char> text, int start, int end, SplitList target)
    {
        var matches = _matches ??= new SplitList();
        matches.Clear();
        pattern.Find(text[start..end], matches);
        var pieces = new Pieces(target, behavior);
        var done = start;
        for (var i = 0; i < matches.Count; i++)
        {
            pieces.AddGap(done, start + matches.StartOf(i), invert);
            done = start + matches.EndOf(i);
            pieces.Add(start + matches.StartOf(i), done, !invert);
        }

        pieces.AddGap(done, end, invert);
        pieces.Finish();
    }

    private ref struct Pieces(SplitList target, SplitBehavior behavior)
    {
        private int _start = -1;
        private int _end = -1;
        private bool _lastWasMatch;

        public void AddGap(int start, int end, bool isMatch)
        {
            if (start < end)
            {
                Add(start, end, isMatch);
            }
        }

        public void Add(int start, int end, bool isMatch)
        {
            var joins =
                _start >= 0
                && behavior switch
                {
                    SplitBehavior.MergedWithPrevious => isMatch && !_lastWasMatch,
                    SplitBehavior.MergedWithNext => _lastWasMatch && !isMatch,
                    SplitBehavior.Contiguous => isMatch == _lastWasMatch,
                    _ => false,
                };
            if (!joins)
            {
                Finish();
                _start = start;
            }

            _end = end;
            _lastWasMatch = isMatch;
            if (isMatch && behavior == SplitBehavior.Removed)
            {
                _start = -1;
            }
        }

        public void Finish()
        {
            if (_start >= 0)
            {
                target.Add(_start, _end);
            }

            _start = -1;
        }
    }
}
