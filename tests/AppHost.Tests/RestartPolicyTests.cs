using EmbedPlatform.AppHost.Lifecycle;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>When an ended resource starts again.</summary>
public sealed class RestartPolicyTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RestartPolicy _policy;

    public RestartPolicyTests() => _policy = new RestartPolicy(_clock);

    [Fact]
    public void Pauses_grow_until_the_resource_stays_down()
    {
        Assert.Equal([0.2, 0.8, 3.2, 10, null], EndInARow(RestartPolicy.Attempts));
    }

    [Fact]
    public void A_resource_that_ran_for_a_while_begins_a_new_row()
    {
        EndInARow(RestartPolicy.Attempts - 1);
        _policy.Started("embed");
        _clock.Advance(RestartPolicy.Stable);

        Assert.Equal(0.2, _policy.Ended("embed")?.TotalSeconds);
    }

    [Fact]
    public void A_resource_that_the_user_starts_after_it_stayed_down_begins_a_new_row()
    {
        EndInARow(RestartPolicy.Attempts);

        Assert.Equal(0.2, EndInARow(1)[0]);
    }

    [Fact]
    public void Resources_are_counted_each_for_itself()
    {
        EndInARow(RestartPolicy.Attempts - 1);

        Assert.Equal(0.2, _policy.Ended("rerank")?.TotalSeconds);
    }

    private double?[] EndInARow(int times) =>
        [
            .. Enumerable
                .Range(0, times)
                .Select(_ =>
                {
                    _policy.Started("embed");
                    _clock.Advance(TimeSpan.FromSeconds(2));
                    return _policy.Ended("embed")?.TotalSeconds;
                }),
        ];
}
