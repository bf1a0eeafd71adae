namespace EmbedPlatform.Inference.Tokenization;

/// <summary>The ranges of a <see cref="TextBuffer"/> that are tokenized each on its own ("pre-tokens").</summary>
internal sealed class SplitList
{
    private int[] _bounds = new int[128];

    public int Count { get; private set; }

    public int StartOf(int index) => _bounds[2 * index];

    public int EndOf(int index) => _bounds[(2 * index) + 1];

    public void Clear() => Count = 0;

    /// <summary>Adds a range; an empty one is left out.</summary>
    public void Add(int start, int end)
    {
        if (start < end)
        {
            AddEvenEmpty(start, end);
        }
    }

    /// <summary>Adds a range, which may be empty.</summary>
    public void AddEvenEmpty(int start, int end)
    {
        var at = 2 * Count;
        if (at + 2 > _bounds.Length)
        {
            Array.Resize(ref _bounds, _bounds.Length * 2);
        }

        _bounds[at] = start;
        _bounds[at + 1] = end;
        Count++;
    }

    public void SetEnd(int index, int end) => _bounds[(2 * index) + 1] = end;
}
