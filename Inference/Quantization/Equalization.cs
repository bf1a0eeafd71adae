using System.Numerics.Tensors;

namespace EmbedPlatform.Inference.Quantization;

/// <summary>
/// Some channels of a transformer's activations are far greater than the rest, and a scale for a whole row leaves those few steps.
/// Multiplying each channel with a number and dividing the weights by it changes nothing in exact arithmetic and moves the difficulty to
/// where there is room for it (SmoothQuant, arxiv.org/abs/2211.10438). The numbers with the least expected error over sample rows are
/// taken.
/// </summary>
internal static class Equalization
{
    /// <summary>The extra pass over the activations must reduce the error by at least this share.</summary>
    private const double LeastGain = 0.25;

    private static readonly float[] Exponents = [0, 0.25f, 0.5f, 0.75f, 1];

    /// <param name="rows">Rows that go into the products.</param>
    /// <param name="matrices">The products' weights, each [inputs, outputs].</param>
    /// <returns>A factor for each channel; null if it does not help.</returns>
    public static float[]? Find(IReadOnlyList<float[]> rows, IReadOnlyList<float[]> matrices)
    {
        if (rows.Count < 2)
        {
            return null;
        }

        // Factors are found on one half of the rows and judged on the other.
        var width = rows[0].Length;
        var greatest = Greatest(rows.Where((_, i) => i % 2 == 0), width);
        rows = [.. rows.Where((_, i) => i % 2 == 1)];
        var strength = Strength(matrices, width);
        float[]? best = null;
        var plain = Error(rows, matrices, strength, null);
        var least = plain * (1 - LeastGain);
        foreach (var exponent in Exponents)
        {
            var factors = Factors(greatest, strength, exponent);
            var error = Error(rows, matrices, strength, factors);
            if (error < least)
            {
                (least, best) = (error, factors);
            }
        }

        return best;
    }

    /// <summary>
    /// The greatest magnitude of each channel. A channel that is zero in the sample may not be zero elsewhere, and gets a small magnitude.
    /// </summary>
    private static float[] Greatest(IEnumerable<float[]> rows, int width)
    {
        const float Quiet = 0.1f;
        var greatest = new float[width];
        foreach (var row in rows)
        {
            TensorPrimitives.MaxMagnitude(row, greatest, greatest);
        }

        TensorPrimitives.Abs(greatest, greatest);
        return Array.ConvertAll(greatest, value => MathF.Max(value, Quiet * TensorPrimitives.Max<float>(greatest)));
    }

    /// <summary>The root of the mean square of the weights that a channel is multiplied with.</summary>
    private static float[] Strength(IReadOnlyList<float[]> matrices, int width)
    {
        var squares = new double[width];
        foreach (var matrix in matrices)
        {
            var columns = matrix.Length / width;
            for (var k = 0; k < width; k++)
            {
                squares[k] += TensorPrimitives.SumOfSquares<float>(matrix.AsSpan(k * columns, columns));
            }
        }

        var outputs = matrices.Sum(matrix => matrix.Length / width);
        return Array.ConvertAll(squares, square => (float)Math.Sqrt(square / outputs));
    }

    private static float[] Factors(float[] greatest, float[] strength, float exponent)
    {
        const float Floor = 1e-6f;
        var factors = new float[greatest.Length];
        for (var k = 0; k < factors.Length; k++)
        {
            factors[k] = MathF.Pow(MathF.Max(strength[k], Floor), 1 - exponent) * MathF.Pow(MathF.Max(greatest[k], Floor), -exponent);
        }

        // Around 1, and bounded, so that a channel that is zero in the samples cannot dominate the others.
        var centre = MathF.Exp(factors.Average(factor => MathF.Log(factor)));
        return Array.ConvertAll(factors, factor => Math.Clamp(factor / centre, 1 / 64f, 64f));
    }

    /// <summary>
    /// The expected square error of the products, up to a constant: the rounding of the activations and that of the weights.
    /// </summary>
    private static double Error(IReadOnlyList<float[]> rows, IReadOnlyList<float[]> matrices, float[] strength, float[]? factors)
    {
        var width = strength.Length;
        var (steps, energy) = (0.0, 0.0);
        foreach (var row in rows)
        {
            var (most, sum) = (0f, 0.0);
            for (var k = 0; k < width; k++)
            {
                var value = row[k] * (factors?[k] ?? 1);
                most = MathF.Max(most, MathF.Abs(value));
                sum += value * value;
            }

            steps += most * most / rows.Count;
            energy += sum / rows.Count;
        }

        var weights = 0.0;
        for (var k = 0; k < width; k++)
        {
            var scaled = strength[k] / (factors?[k] ?? 1);
            weights += scaled * scaled;
        }

        var outputs = matrices.Sum(matrix => matrix.Length / width);
        return (steps * weights) + (energy * ColumnSteps(matrices, width, factors) / outputs);
    }

    /// <summary>The sum over all outputs of the square of their greatest weight.</summary>
    private static double ColumnSteps(IReadOnlyList<float[]> matrices, int width, float[]? factors)
    {
        var sum = 0.0;
        foreach (var matrix in matrices)
        {
            var columns = matrix.Length / width;
            var greatest = new float[columns];
            var row = new float[columns];
            for (var k = 0; k < width; k++)
            {
                TensorPrimitives.Multiply(matrix.AsSpan(k * columns, columns), 1 / (factors?[k] ?? 1), row);
                TensorPrimitives.MaxMagnitude(row, greatest, greatest);
            }

            sum += TensorPrimitives.SumOfSquares<float>(greatest);
        }

        return sum;
    }
}
