namespace EmbedPlatform.Inference.Tokenization.Unicode;

/// <summary>
/// A decomposed stretch of text that is put into canonical order and, for NFC and NFKC, composed again (UAX #15, section 1.3).
/// </summary>
internal readonly struct Composition(DecompositionData data, bool compose)
{
    private const int InsertionSortLimit = 16;
    private readonly List<Item> _items = new(8);

    /// <summary>Room for the decomposition of one character.</summary>
    public List<int> Parts { get; } = new(4);

    public void Add(int codePoint, int start, int end) => _items.Add(new Item(codePoint, data.ClassOf(codePoint), start, end));

    /// <summary>Whether the stretch normalises to exactly this character.</summary>
    public bool IsJust(int codePoint)
    {
        var count = Arrange();
        return count == 1 && _items[0].CodePoint == codePoint;
    }

    /// <summary>Writes the normal form of the stretch and empties it.</summary>
    public void Flush(TextBuffer target)
    {
        var count = Arrange();
        for (var i = 0; i < count; i++)
        {
            var item = _items[i];
            target.AppendCodePoint(item.CodePoint, item.Start, item.End);
        }

        _items.Clear();
    }

    private int Arrange()
    {
        Order();
        return compose ? Compose() : _items.Count;
    }

    private void Order()
    {
        for (var at = 0; at < _items.Count;)
        {
            var end = at;
            while (end < _items.Count && _items[end].Class != 0)
            {
                end++;
            }

            if (end - at > 1)
            {
                Sort(at, end);
            }

            at = end + 1;
        }
    }

    private void Sort(int start, int end)
    {
        if (end - start > InsertionSortLimit)
        {
            // A hostile text can have a million marks on one letter.
            var sorted = _items.GetRange(start, end - start).OrderBy(item => item.Class).ToList();
            for (var i = 0; i < sorted.Count; i++)
            {
                _items[start + i] = sorted[i];
            }

            return;
        }

        for (var i = start + 1; i < end; i++)
        {
            var item = _items[i];
            var at = i;
            for (; at > start && _items[at - 1].Class > item.Class; at--)
            {
                _items[at] = _items[at - 1];
            }

            _items[at] = item;
        }
    }

    private int Compose()
    {
        var count = 0;
        var starter = -1;
        var lastClass = 0;
        for (var i = 0; i < _items.Count; i++)
        {
            var item = _items[i];
            var unblocked = starter >= 0 && (count == starter + 1 || (lastClass != 0 && lastClass < item.Class));
            var composite = unblocked ? data.Compose(_items[starter].CodePoint, item.CodePoint) : -1;
            if (composite >= 0)
            {
                var first = _items[starter];
                _items[starter] = new Item(composite, 0, Math.Min(first.Start, item.Start), Math.Max(first.End, item.End));
                continue;
            }

            if (item.Class == 0)
            {
                starter = count;
            }

            lastClass = item.Class;
            _items[count++] = item;
        }

        return count;
    }

    private readonly record struct Item(int CodePoint, int Class, int Start, int End);
}
