using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace EmbedPlatform.Inference.Onnx;

/// <summary>
/// Writes the protobuf wire format (protobuf.dev/programming-guides/encoding) as a chain of segments: a large payload is
/// referenced, never copied, so writing a model takes no more memory than its weights.
/// </summary>
internal sealed class ProtoWriter
{
    private const int LargePayload = 4096;

    private readonly List<ReadOnlyMemory<byte>> _segments = [];
    private byte[] _buffer = new byte[256];
    private int _start;
    private int _end;

    /// <summary>The number of bytes written.</summary>
    public long Length { get; private set; }

    public void Integer(int field, long value)
    {
        Tag(field, 0);
        VarInt((ulong)value);
    }

    public void Float(int field, float value)
    {
        Tag(field, 5);
        Reserve(4);
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.AsSpan(_end), value);
        Advance(4);
    }

    public void Text(int field, string value)
    {
        Tag(field, 2);
        var length = Encoding.UTF8.GetByteCount(value);
        VarInt((ulong)length);
        Reserve(length);
        Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_end));
        Advance(length);
    }

    public void Bytes(int field, ReadOnlyMemory<byte> value)
    {
        Tag(field, 2);
        VarInt((ulong)value.Length);
        if (value.Length >= LargePayload)
        {
            Flush();
            _segments.Add(value);
            Length += value.Length;
            return;
        }

        Reserve(value.Length);
        value.Span.CopyTo(_buffer.AsSpan(_end));
        Advance(value.Length);
    }

    public void PackedIntegers(int field, IReadOnlyList<long> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        var packed = new ProtoWriter();
        foreach (var value in values)
        {
            packed.VarInt((ulong)value);
        }

        Append(field, packed);
    }

    public void PackedFloats(int field, IReadOnlyList<float> values)
    {
        if (values.Count > 0)
        {
            Bytes(field, MemoryMarshal.AsBytes<float>(values.ToArray()).ToArray());
        }
    }

    public void Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        Append(field, inner);
    }

    public void CopyTo(Stream stream)
    {
        Flush();
        foreach (var segment in _segments)
        {
            stream.Write(segment.Span);
        }
    }

    private void Append(int field, ProtoWriter inner)
    {
        Tag(field, 2);
        VarInt((ulong)inner.Length);
        Flush();
        inner.Flush();
        _segments.AddRange(inner._segments);
        Length += inner.Length;
    }

    private void Tag(int field, int wireType) => VarInt((ulong)((field << 3) | wireType));

    private void VarInt(ulong value)
    {
        Reserve(10);
        var count = 0;
        while (value >= 0x80)
        {
            _buffer[_end + count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_end + count++] = (byte)value;
        Advance(count);
    }

    private void Reserve(int count)
    {
        if (_end + count <= _buffer.Length)
        {
            return;
        }

        Flush();
        _buffer = new byte[Math.Max(count, 4096)];
        _start = _end = 0;
    }

    private void Advance(int count)
    {
        _end += count;
        Length += count;
    }

    private void Flush()
    {
        if (_end > _start)
        {
            _segments.Add(_buffer.AsMemory(_start, _end - _start));
            _start = _end;
        }
    }
}
