using EmbedPlatform.Inference.Quantization;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Quantization;

public sealed class EqualizationTests
{
    private const int Width = 32;
    private const int Columns = 16;

    private readonly Random _random = new(3);

    [Fact]
    public void Channels_of_like_size_are_left_alone() => Assert.Null(Equalization.Find(Rows(1), [Matrix()]));

    [Fact]
    public void A_loud_channel_is_made_quieter_than_the_others_are()
    {
        var factors = Equalization.Find(Rows(60), [Matrix()]);

        Assert.NotNull(factors);
        Assert.True(factors[0] < factors[1..].Min());
    }

    [Fact]
    public void The_rounding_error_of_the_product_becomes_smaller()
    {
        var (rows, matrix) = (Rows(60), Matrix());
        var factors = Equalization.Find(rows, [matrix])!;

        Assert.True(Error(Rows(60), matrix, factors) < Error(Rows(60), matrix, null) / 2);
    }

    [Fact]
    public void One_row_is_no_sample() => Assert.Null(Equalization.Find(Rows(60)[..1], [Matrix()]));

    private float[][] Rows(float loudness)
    {
        var rows = Enumerable.Range(0, 40).Select(_ => Numbers(Width)).ToArray();
        Array.ForEach(rows, row => row[0] *= loudness);
        return rows;
    }

    private float[] Matrix() => Numbers(Width * Columns);

    private float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => ((float)_random.NextDouble() * 2) - 1)];

    /// <summary>The mean square difference that rounding the rows makes in the product.</summary>
    private static double Error(float[][] rows, float[] matrix, float[]? factors)
    {
        var sum = 0.0;
        foreach (var row in rows)
        {
            var scaled = row.Select((value, k) => value * (factors?[k] ?? 1)).ToArray();
            var step = scaled.Max(MathF.Abs) / 127;
            for (var column = 0; column < Columns; column++)
            {
                var difference = 0.0;
                for (var k = 0; k < Width; k++)
                {
                    difference +=
                        ((MathF.Round(scaled[k] / step) * step) - scaled[k]) * matrix[(k * Columns) + column] / (factors?[k] ?? 1);
                }

                sum += difference * difference / (rows.Length * Columns);
            }
        }

        return sum;
    }
}
