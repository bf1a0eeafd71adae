using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>Symmetric 8-bit values with one scale per column or row of a matrix: value ≈ number · scale.</summary>
/// <param name="Values">The numbers as the bytes of a tensor, row major.</param>
/// <param name="Scales">One a column or a row.</param>
internal sealed record Int8Weights(byte[] Values, float[] Scales)
{
    /// <summary>One scale per column, for matrix products: outputs do not share a scale.</summary>
    /// <param name="matrix">[rows, columns].</param>
    /// <param name="columns">How many columns there are.</param>
    /// <param name="largest">The greatest number used, 127 at most.</param>
    public static Int8Weights PerColumn(ReadOnlySpan<float> matrix, int columns, int largest)
    {
        var scales = new float[columns];
        for (var start = 0; start < matrix.Length; start += columns)
        {
            TensorPrimitives.MaxMagnitude(matrix.Slice(start, columns), scales, scales);
        }

        var inverse = new float[columns];
        for (var column = 0; column < columns; column++)
        {
            scales[column] = Scale(MathF.Abs(scales[column]), largest);
            inverse[column] = 1 / scales[column];
        }

        var values = new byte[matrix.Length];
        var row = new float[columns];
        for (var start = 0; start < matrix.Length; start += columns)
        {
            TensorPrimitives.Multiply(matrix.Slice(start, columns), inverse, row);
            Round(row, MemoryMarshal.Cast<byte, sbyte>(values.AsSpan(start, columns)), largest);
        }

        return new Int8Weights(values, scales);
    }

    /// <summary>One scale per row, for lookup tables.</summary>
    public static Int8Weights PerRow(ReadOnlySpan<float> matrix, int columns)
    {
        const int Largest = 127;
        var scales = new float[matrix.Length / columns];
        var values = new byte[matrix.Length];
        var scaled = new float[columns];
        for (var row = 0; row < scales.Length; row++)
        {
            var source = matrix.Slice(row * columns, columns);
            scales[row] = Scale(TensorPrimitives.MaxMagnitude(source), Largest);
            TensorPrimitives.Multiply(source, 1 / scales[row], scaled);
            Round(scaled, MemoryMarshal.Cast<byte, sbyte>(values.AsSpan(row * columns, columns)), Largest);
        }

        return new Int8Weights(values, scales);
    }

    private static float Scale(float greatest, int largest) => MathF.Abs(greatest) is var size && size > 0 ? size / largest : 1;

    private static void Round(ReadOnlySpan<float> values, Span<sbyte> result, int largest)
    {
        for (var i = 0; i < values.Length; i++)
        {
            result[i] = (sbyte)Math.Clamp(MathF.Round(values[i]), -largest, largest);
        }
    }
}
