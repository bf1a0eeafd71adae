using System.Buffers.Binary;
using System.Text;

namespace EmbedPlatform.Inference.Onnx;

/// <summary>
/// Reads the protobuf wire format without copying payloads. Bounds are checked; a malformed file throws <see cref="InvalidDataException"/>.
/// </summary>
/// <param name="data">One message.</param>
internal struct ProtoReader(ReadOnlyMemory<byte> data)
{
    private readonly ReadOnlyMemory<byte> _data = data;
    private int _position;

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>The wire type of the field that <see cref="Next"/> found.</summary>
    public int WireType { get; private set; }

    public bool Next()
    {
        if (_position >= _data.Length)
        {
            return false;
        }

        var tag = VarInt();
        Field = (int)(tag >> 3);
        WireType = (int)(tag & 7);
        return true;
    }

    public long Integer()
    {
        Require(0);
        return (long)VarInt();
    }

    public float Float()
    {
        Require(5);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4).Span);
    }

    public ReadOnlyMemory<byte> Bytes()
    {
        Require(2);
        var length = VarInt();
        return length > (ulong)(_data.Length - _position)
            ? throw new InvalidDataException("Not an ONNX file: a field is longer than the file.")
            : Take((int)length);
    }

    public string Text() => Encoding.UTF8.GetString(Bytes().Span);

    public ProtoReader Message() => new(Bytes());

    /// <summary>A repeated integer, packed or not.</summary>
    public void Integers(List<long> into)
    {
        if (WireType == 0)
        {
            into.Add((long)VarInt());
            return;
        }

        var packed = new ProtoReader(Bytes());
        while (packed._position < packed._data.Length)
        {
            into.Add((long)packed.VarInt());
        }
    }

    /// <summary>A repeated float, packed or not.</summary>
    public void Floats(List<float> into)
    {
        if (WireType == 5)
        {
            into.Add(Float());
            return;
        }

        var packed = new ProtoReader(Bytes());
        while (packed._position < packed._data.Length)
        {
            into.Add(BinaryPrimitives.ReadSingleLittleEndian(packed.Take(4).Span));
        }
    }

    public void Skip()
    {
        switch (WireType)
        {
            case 0:
                VarInt();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Bytes();
                break;
            case 5:
                Take(4);
                break;
            default:
                throw new InvalidDataException($"Not an ONNX file: wire type {WireType}.");
        }
    }

    private readonly void Require(int wireType)
    {
        if (WireType != wireType)
        {
            throw new InvalidDataException($"Not an ONNX file: field {Field} has wire type {WireType}.");
        }
    }

    private ReadOnlyMemory<byte> Take(int count)
    {
        if (count > _data.Length - _position)
        {
            throw new InvalidDataException("Not an ONNX file: it ends in the middle of a field.");
        }

        var slice = _data.Slice(_position, count);
        _position += count;
        return slice;
    }

    private ulong VarInt()
    {
        ulong value = 0;
        var span = _data.Span;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position >= span.Length)
            {
                break;
            }

            var next = span[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("Not an ONNX file: a number does not end.");
    }
}
