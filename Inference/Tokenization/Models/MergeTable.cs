using System.Numerics;

namespace EmbedPlatform.Inference.Tokenization.Models;

/// <summary>The merges of a BPE by their pair of ids: a hash table with linear probing, half full at most.</summary>
internal sealed class MergeTable
{
    /// <summary>The rank of a pair that is not merged.</summary>
    public const int None = int.MaxValue;

    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private readonly Entry[] _entries;
    private readonly int _shift;

    /// <param name="count">The maximum number of merges.</param>
    public MergeTable(int count)
    {
        var size = BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * count));
        _shift = 64 - BitOperations.Log2(size);
        _entries = new Entry[size];
        Array.Fill(_entries, new Entry(-1, None, 0));
    }

    /// <summary>Adds a merge; the last of several equal pairs counts.</summary>
    public void Set(int left, int right, int rank, int merged) =>
        _entries[SlotOf(KeyOf(left, right))] = new Entry(KeyOf(left, right), rank, merged);

    /// <summary>The rank of a pair (<see cref="None"/> if it has no merge) and the id of the merged symbol.</summary>
    public int Find(int left, int right, out int merged)
    {
        ref readonly var entry = ref _entries[SlotOf(KeyOf(left, right))];
        merged = entry.Merged;
        return entry.Rank;
    }

    private static long KeyOf(int left, int right) => ((long)left << 32) | (uint)right;

    private int SlotOf(long key)
    {
        var slot = (int)(((ulong)key * Multiplier) >> _shift);
        while (_entries[slot].Key != key && _entries[slot].Key >= 0)
        {
            slot = (slot + 1) & (_entries.Length - 1);
        }

        return slot;
    }

    private readonly record struct Entry(long Key, int Rank, int Merged);
}
