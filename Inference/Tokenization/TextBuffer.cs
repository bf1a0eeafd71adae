using System.Runtime.CompilerServices;

namespace EmbedPlatform.Inference.Tokenization;

/// <summary>
/// A piece of text in the pipeline, with the original position of each character. While every step maps one character to one, no positions
/// are stored: character i came from <see cref="Origin"/> + i.
/// </summary>
internal sealed class TextBuffer
{
    private char[] _chars = new char[256];
    private int[] _starts = [];
    private int[] _ends = [];

    /// <summary>The number of characters.</summary>
    public int Length { get; private set; }

    /// <summary>Whether positions are <see cref="Origin"/> + index, without a table.</summary>
    public bool OneToOne { get; private set; } = true;

    /// <summary>The original position of the first character, while <see cref="OneToOne"/>.</summary>
    public int Origin { get; private set; }

    public ReadOnlySpan<char> Span => _chars.AsSpan(0, Length);

    public Span<char> MutableSpan => _chars.AsSpan(0, Length);

    /// <summary>Fills the buffer with text that starts at <paramref name="origin"/>; lone surrogates become U+FFFD.</summary>
    public void Load(ReadOnlySpan<char> text, int origin)
    {
        ResetOneToOne(origin, text.Length);
        text.CopyTo(_chars);
        Length = text.Length;
        RepairSurrogates();
    }

    /// <summary>Empties the buffer for text whose positions follow from their index.</summary>
    public void ResetOneToOne(int origin, int capacity)
    {
        OneToOne = true;
        Origin = origin;
        Length = 0;
        EnsureChars(capacity);
    }

    /// <summary>Empties the buffer for text whose characters carry their own positions.</summary>
    public void ResetAligned(int capacity)
    {
        OneToOne = false;
        Length = 0;
        EnsureChars(capacity);
        EnsurePositions();
    }

    /// <summary>From here on every character carries its own position.</summary>
    public void Align()
    {
        if (!OneToOne)
        {
            return;
        }

        OneToOne = false;
        EnsurePositions();
        for (var i = 0; i < Length; i++)
        {
            _starts[i] = Origin + i;
            _ends[i] = Origin + i + 1;
        }
    }

    public int StartOf(int index) => OneToOne ? Origin + index : _starts[index];

    public int EndOf(int index) => OneToOne ? Origin + index + 1 : _ends[index];

    /// <summary>Adds a character to an aligned buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(char value, int start, int end)
    {
        var at = Length;
        if ((uint)at >= (uint)_chars.Length || at >= _starts.Length)
        {
            Grow();
        }

        _chars[at] = value;
        _starts[at] = start;
        _ends[at] = end;
        Length = at + 1;
    }

    /// <summary>
    /// Adds text that stands before the character at <paramref name="index"/> of another buffer and counts as part of it.
    /// </summary>
    public void AppendBefore(ReadOnlySpan<char> values, TextBuffer source, int index)
    {
        Unicode.CharacterClasses.CodePointAt(source.Span, index, out var length);
        Append(values, source.StartOf(index), source.EndOf(index + length - 1));
    }

    public void Append(ReadOnlySpan<char> values, int start, int end)
    {
        foreach (var value in values)
        {
            Append(value, start, end);
        }
    }

    public void AppendCodePoint(int value, int start, int end)
    {
        if (value < 0x10000)
        {
            Append((char)value, start, end);
            return;
        }

        Append((char)(0xD800 + ((value - 0x10000) >> 10)), start, end);
        Append((char)(0xDC00 + ((value - 0x10000) & 0x3FF)), start, end);
    }

    /// <summary>Copies a range of another buffer with its positions.</summary>
    public void AppendFrom(TextBuffer source, int start, int end)
    {
        var (at, count) = (Length, end - start);
        while (at + count > _chars.Length || at + count > _starts.Length)
        {
            Grow();
        }

        source._chars.AsSpan(start, count).CopyTo(_chars.AsSpan(at));
        var starts = _starts.AsSpan(at, count);
        var ends = _ends.AsSpan(at, count);
        if (source.OneToOne)
        {
            var from = source.Origin + start;
            for (var i = 0; i < starts.Length && i < ends.Length; i++)
            {
                starts[i] = from + i;
                ends[i] = from + i + 1;
            }
        }
        else
        {
            source._starts.AsSpan(start, count).CopyTo(starts);
            source._ends.AsSpan(start, count).CopyTo(ends);
        }

        Length = at + count;
    }

    /// <summary>Keeps only a range of the text, in place.</summary>
    public void Slice(int start, int end)
    {
        if (start > 0)
        {
            Array.Copy(_chars, start, _chars, 0, end - start);
            if (OneToOne)
            {
                Origin += start;
            }
            else
            {
                Array.Copy(_starts, start, _starts, 0, end - start);
                Array.Copy(_ends, start, _ends, 0, end - start);
            }
        }

        Length = end - start;
    }

    private void RepairSurrogates()
    {
        var span = MutableSpan;
        var at = span.IndexOfAnyInRange('\uD800', '\uDFFF');
        while ((uint)at < (uint)span.Length)
        {
            if (!char.IsSurrogate(span[at]))
            {
                at++;
            }
            else if (char.IsHighSurrogate(span[at]) && at + 1 < span.Length && char.IsLowSurrogate(span[at + 1]))
            {
                at += 2;
            }
            else
            {
                span[at++] = '\uFFFD';
            }
        }
    }

    private void EnsureChars(int capacity)
    {
        if (_chars.Length < capacity)
        {
            Array.Resize(ref _chars, Math.Max(capacity, _chars.Length * 2));
        }
    }

    private void EnsurePositions()
    {
        if (_starts.Length < _chars.Length)
        {
            Array.Resize(ref _starts, _chars.Length);
            Array.Resize(ref _ends, _chars.Length);
        }
    }

    private void Grow()
    {
        Array.Resize(ref _chars, _chars.Length * 2);
        EnsurePositions();
    }
}
