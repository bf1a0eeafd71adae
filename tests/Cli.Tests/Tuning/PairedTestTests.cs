using EmbedPlatform.Cli.Tuning;

namespace EmbedPlatform.Cli.Tests.Tuning;

public sealed class PairedTestTests
{
    [Fact]
    public void Without_a_difference_p_is_1() => Assert.Equal(1, PairedTest.P([0, 0, 0], seed: 1));

    [Theory]
    [InlineData(3, 2.0 / 8)]
    [InlineData(6, 2.0 / 64)]
    public void Where_all_of_few_differences_point_one_way_p_is_the_share_of_the_two_extreme_outcomes(int count, double expected)
    {
        // Four standard errors of 10,000 draws.
        var tolerance = 4 * Math.Sqrt(expected * (1 - expected) / PairedTest.Samples);

        Assert.InRange(PairedTest.P([.. Enumerable.Repeat(0.5, count)], seed: 1), expected - tolerance, expected + tolerance);
    }

    [Fact]
    public void Many_differences_of_one_sign_are_no_chance_and_as_many_of_both_are()
    {
        Assert.True(PairedTest.P([.. Enumerable.Repeat(0.01, 100)], seed: 1) < 0.001);
        Assert.Equal(1, PairedTest.P([.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 0.01 : -0.01)], seed: 1));
    }

    [Fact]
    public void The_same_seed_gives_the_same_p()
    {
        double[] differences = [.. Enumerable.Range(0, 50).Select(i => (i % 7) - 2.5)];

        Assert.Equal(PairedTest.P(differences, seed: 3), PairedTest.P(differences, seed: 3));
    }
}
