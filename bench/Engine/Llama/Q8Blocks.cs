using System.Buffers.Binary;
using System.Numerics.Tensors;

namespace EmbedPlatform.Bench.Engine.Llama;

/// <summary>ggml's Q8_0: blocks of 32 numbers, each a half-precision scale and 32 signed bytes.</summary>
internal static class Q8Blocks
{
    private const int Block = 32;

    public static byte[] Encode(ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length / Block * (Block + 2)];
        var target = bytes.AsSpan();
        for (var rest = values; rest.Length >= Block; rest = rest[Block..], target = target[(Block + 2)..])
        {
            var scale = Math.Abs(TensorPrimitives.MaxMagnitude(rest[..Block])) / 127;
            BinaryPrimitives.WriteHalfLittleEndian(target, (Half)scale);
            for (var i = 0; i < Block; i++)
            {
                target[i + 2] = (byte)(sbyte)(scale == 0 ? 0 : Math.Round(rest[i] / scale));
            }
        }

        return bytes;
    }
}
