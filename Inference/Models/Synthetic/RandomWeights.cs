using System.Runtime.InteropServices;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models.Synthetic;

/// <summary>Weights drawn as BERT's were before training: normal with a deviation of 0.02. The same seed gives the same bits.</summary>
internal sealed class RandomWeights(ulong seed, Func<string, long[], ReadOnlyMemory<byte>, OnnxTensor> store)
{
    private const float Deviation = 0.02f;

    private ulong _state = seed;

    public OnnxTensor Normal(string name, params long[] shape) =>
        Store(
            name,
            shape,
            values =>
            {
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = Next();
                }
            }
        );

    public OnnxTensor Constant(string name, float value, params long[] shape) => Store(name, shape, values => values.Fill(value));

    private OnnxTensor Store(string name, long[] shape, SpanFill fill)
    {
        var bytes = new byte[shape.Aggregate(4L, (size, axis) => size * axis)];
        fill(MemoryMarshal.Cast<byte, float>(bytes.AsSpan()));
        return store(name, shape, bytes);
    }

    /// <summary>The sum of the four 16-bit parts of a random number is close enough to normal (Irwin-Hall), and cheap.</summary>
    private float Next()
    {
        // xorshift64* (Vigna, 2016).
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        var bits = _state * 0x2545F4914F6CDD1DUL;
        var sum = (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF) + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
        return ((sum / 65535f) - 2f) * 1.7320508f * Deviation;
    }

    private delegate void SpanFill(Span<float> values);
}
