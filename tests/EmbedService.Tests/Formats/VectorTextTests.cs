using System.Globalization;
using System.Text;
using System.Text.Json;
using EmbedPlatform.EmbedService.Formats.Shared;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Formats;

public class VectorTextTests
{
    [Fact]
    public void Any_float_of_any_size_reads_back_as_the_same_bits()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 2_000_000; i++)
        {
            var value = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            if (float.IsFinite(value))
            {
                Assert.Equal(
                    BitConverter.SingleToInt32Bits(value),
                    BitConverter.SingleToInt32Bits(float.Parse(Text(value), CultureInfo.InvariantCulture))
                );
            }
        }
    }

    [Fact]
    public void Numbers_of_a_normalised_vector_are_as_short_as_the_frameworks()
    {
        var random = new Random(7);
        var (ours, theirs) = (0L, 0L);
        for (var i = 0; i < 1_000_000; i++)
        {
            var value = (float)((random.NextDouble() * 2) - 1) * (i % 2 == 0 ? 1 : 0.05f);
            var text = Text(value);
            Assert.Equal(value, float.Parse(text, CultureInfo.InvariantCulture));
            Assert.Equal(value, (float)double.Parse(text, CultureInfo.InvariantCulture));
            ours += text.Length;
            theirs += Shortest(value).Length;
        }

        Assert.InRange(ours, theirs * 0.9999, theirs * 1.0001);
    }

    [Theory]
    [InlineData(0f, "0")]
    [InlineData(-0.5f, "-0.5")]
    [InlineData(0.1f, "0.1")]
    [InlineData(-0.0625f, "-0.0625")]
    [InlineData(0.00001f, "0.00001")]
    [InlineData(0.99999994f, "0.99999994")]
    [InlineData(0.099999994f, "0.099999994")]
    [InlineData(1f, "1")]
    public void A_number_is_written_in_its_shortest_form(float value, string text) => Assert.Equal(text, Text(value));

    [Fact]
    public void A_vector_is_a_JSON_array_of_its_numbers()
    {
        float[] vector = [0.25f, -3.5f, 1e-9f, 0, float.MaxValue, float.Epsilon];
        Assert.Equal(vector, JsonSerializer.Deserialize<float[]>(JsonSerializer.Serialize(new WireVector(vector, VectorEncoding.Float))));
        Assert.Equal("[]", JsonSerializer.Serialize(new WireVector([], VectorEncoding.Float)));
    }

    [Fact]
    public void A_value_that_is_not_a_number_is_rejected() => Assert.Throws<ArgumentException>(() => Text(float.NaN));

    private static string Text(float value)
    {
        Span<byte> text = stackalloc byte[VectorText.MaxBytes];
        return Encoding.ASCII.GetString(text[..VectorText.Write(value, text)]);
    }

    // Without the exponent that the framework writes below 0.0001.
    private static string Shortest(float value) =>
        decimal.Parse(value.ToString(CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture)
            .ToString(CultureInfo.InvariantCulture);
}
