namespace EmbedPlatform.Inference.Tokenization.Models;

/// <summary>
/// A word whose symbols are being merged: a linked list in arrays, and the possible merges, best first.
/// </summary>
internal sealed class BpeWord
{
    private int[] _id = new int[64];
    private int[] _next = new int[64];
    private int[] _previous = new int[64];
    private int[] _start = new int[64];
    private int[] _end = new int[64];

    /// <summary>
    /// Possible merges by rank (the upper half of the priority), then by position (the lower half): the order in which Hugging Face applies
    /// them.
    /// </summary>
    public PriorityQueue<(int Left, int LeftId, int RightId, int Merged), long> Merges { get; } = new();

    public int Count { get; private set; }

    public void Clear()
    {
        Count = 0;
        Merges.Clear();
    }

    public void Add(int id, int start, int end)
    {
        if (Count == _id.Length)
        {
            var size = 2 * Count;
            Array.Resize(ref _id, size);
            Array.Resize(ref _next, size);
            Array.Resize(ref _previous, size);
            Array.Resize(ref _start, size);
            Array.Resize(ref _end, size);
        }

        _id[Count] = id;
        _start[Count] = start;
        _end[Count] = end;
        _previous[Count] = Count - 1;
        _next[Count] = -1;
        if (Count > 0)
        {
            _next[Count - 1] = Count;
        }

        Count++;
    }

    /// <summary>The id of a symbol; -1 if it was merged into the previous one.</summary>
    public int IdOf(int symbol) => _id[symbol];

    public int Next(int symbol) => _next[symbol];

    public int Previous(int symbol) => _previous[symbol];

    public int StartOf(int symbol) => _start[symbol];

    public int EndOf(int symbol) => _end[symbol];

    /// <summary>Merges two adjacent symbols.</summary>
    public void Merge(int left, int merged)
    {
        var right = _next[left];
        _id[left] = merged;
        _end[left] = _end[right];
        _next[left] = _next[right];
        _id[right] = -1;
        if (_next[right] >= 0)
        {
            _previous[_next[right]] = left;
        }
    }
}
