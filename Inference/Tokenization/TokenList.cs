using System.Runtime.CompilerServices;

namespace EmbedPlatform.Inference.Tokenization;

/// <summary>Tokens as they are found: ids and positions.</summary>
internal sealed class TokenList
{
    private int[] _ids = new int[256];
    private int[] _starts = new int[256];
    private int[] _ends = new int[256];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count);

    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    public void Clear() => Count = 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int id, int start, int end)
    {
        var at = Count;
        if (at == _ids.Length)
        {
            Grow();
        }

        _ids[at] = id;
        _starts[at] = start;
        _ends[at] = end;
        Count = at + 1;
    }

    /// <summary>Drops the tokens from <paramref name="count"/> on.</summary>
    public void CutTo(int count) => Count = count;

    /// <summary>Reverses the tokens from <paramref name="from"/> on.</summary>
    public void Reverse(int from)
    {
        Array.Reverse(_ids, from, Count - from);
        Array.Reverse(_starts, from, Count - from);
        Array.Reverse(_ends, from, Count - from);
    }

    /// <summary>
    /// Turns positions in <paramref name="buffer"/> into positions in the original text, for the tokens from <paramref name="from"/> on.
    /// </summary>
    public void MapToOriginal(int from, TextBuffer buffer)
    {
        if (buffer.OneToOne)
        {
            var origin = buffer.Origin;
            for (var i = from; origin != 0 && i < Count; i++)
            {
                _starts[i] += origin;
                _ends[i] += origin;
            }

            return;
        }

        // Canonical ordering swaps marks, but positions must be in order.
        var (lastStart, lastEnd) = (0, 0);
        for (var i = from; i < Count; i++)
        {
            lastEnd = Math.Max(lastEnd, buffer.EndOf(_ends[i] - 1));
            lastStart = Math.Max(lastStart, Math.Min(buffer.StartOf(_starts[i]), lastEnd));
            (_starts[i], _ends[i]) = (lastStart, lastEnd);
        }
    }

    /// <summary>Gives a token another position.</summary>
    public void Move(int index, int start, int end) => (_starts[index], _ends[index]) = (start, end);

    private void Grow()
    {
        var size = _ids.Length * 2;
        Array.Resize(ref _ids, size);
        Array.Resize(ref _starts, size);
        Array.Resize(ref _ends, size);
    }
}
