using System.Globalization;

namespace EmbedPlatform.EmbedService.Formats.Shared;

/// <summary>
/// Writes vectors as JSON arrays. The numbers of a normalised vector lie between -1 and 1; for those, a few multiplications find the
/// shortest decimal that parses to the same float, because the product of a float (24 bits) and a power of ten is nearly exact in a double.
/// The framework's general algorithm takes several times as long, a large part of the cost of a cached embedding.
/// </summary>
internal static class VectorText
{
    /// <summary>The most bytes of a number with its comma.</summary>
    public const int MaxBytes = 17;

    /// <summary>Nine digits distinguish any two floats.</summary>
    private const int MaxDigits = 9;

    private const float Smallest = 1e-5f;

    // Slightly less than half the distance to the next float: a decimal right in the middle could parse to either.
    private const double NearHalf = 0.4999;

    private static readonly double[] Tens = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13];

    /// <param name="text">At least <see cref="MaxBytes"/> for each number, plus 2.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public static int Write(ReadOnlySpan<float> values, Span<byte> text)
    {
        text[0] = (byte)'[';
        var end = 1;
        foreach (var value in values)
        {
            end += Write(value, text[end..]);
            text[end++] = (byte)',';
        }

        end = Math.Max(end, 2);
        text[end - 1] = (byte)']';
        return end;
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{float}, Span{byte})"/>
    internal static int Write(float value, Span<byte> text)
    {
        var size = MathF.Abs(value);
        if (size is >= Smallest and < 1)
        {
            var start = value < 0 ? 1 : 0;
            text[0] = (byte)'-';
            return start + WriteFraction(size, text[start..]);
        }

        return !float.IsFinite(value) ? throw new ArgumentException($"{value} cannot be written as a JSON number.", nameof(value))
            : value.TryFormat(text, out var written, provider: CultureInfo.InvariantCulture) ? written
            : throw new ArgumentException("The buffer is too short.", nameof(text));
    }

    private static int WriteFraction(float size, Span<byte> text)
    {
        var decimals =
            MaxDigits
            + (
                size >= 0.1f ? 0
                : size >= 0.01f ? 1
                : size >= 0.001f ? 2
                : size >= 0.0001f ? 3
                : 4
            );
        var exact = size * Tens[decimals];
        var tolerance = NearHalf * ((double)size - MathF.BitDecrement(size)) * Tens[decimals];
        var digits = Math.Round(exact);
        for (var dropped = 1; dropped < MaxDigits; dropped++)
        {
            var shorter = Math.Round(exact / Tens[dropped]);
            if (Math.Abs((shorter * Tens[dropped]) - exact) >= tolerance)
            {
                break;
            }

            digits = shorter;
            decimals--;
        }

        text[0] = (byte)'0';
        text[1] = (byte)'.';
        var rest = (uint)digits;
        for (var i = decimals + 1; i > 1; i--)
        {
            (rest, var digit) = Math.DivRem(rest, 10);
            text[i] = (byte)('0' + digit);
        }

        return decimals + 2;
    }
}
