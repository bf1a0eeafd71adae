using EmbedPlatform.ServiceDefaults.LoadBalancing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests.LoadBalancing;

/// <summary>Who is called next, decided by what is known of the replicas; with a clock and a seed of the test's own.</summary>
public sealed class ReplicaSetTests
{
    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Equal_replicas_get_equal_shares(int replicas)
    {
        var set = Set(replicas);
        var counts = new Dictionary<Replica, int>();
        for (var i = 0; i < replicas * 300; i++)
        {
            var attempt = Take(set);
            counts[attempt.Replica] = counts.GetValueOrDefault(attempt.Replica) + 1;
            set.End(attempt, AttemptResult.Answered);
        }

        Assert.Equal(replicas, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 285, 315));
    }

    [Fact]
    public void A_slow_replica_gets_fewer_calls_than_a_fast_one()
    {
        var set = Set(2);
        var slow = Take(set).Replica;
        var toSlow = 1;
        for (var i = 0; i < 100; i++)
        {
            var attempt = Take(set);
            if (attempt.Replica == slow)
            {
                toSlow++;
            }
            else
            {
                set.End(attempt, AttemptResult.Answered);
            }
        }

        // It never answers, so it has two calls at most that another one has not.
        Assert.InRange(toSlow, 1, 2);
    }

    [Fact]
    public void A_replica_that_does_not_respond_is_ejected_for_growing_periods_until_it_responds()
    {
        var set = Set(2, options => (options.EjectSeconds, options.MaxEjectSeconds) = (1, 5));
        var dead = Take(set).Replica;
        set.End(new Attempt(dead, dead.FailureEpoch, _clock.GetUtcNow()), AttemptResult.Unanswered);
        var times = new List<double> { (dead.EjectedUntil - _clock.GetUtcNow()).TotalSeconds };
        for (var i = 0; i < 4; i++)
        {
            AssertLeftAlone(set, dead);
            _clock.Advance(dead.EjectedUntil - _clock.GetUtcNow());
            var trial = TakeOf(set, dead);
            AssertLeftAlone(set, dead);
            set.End(trial, AttemptResult.Unanswered);
            times.Add((dead.EjectedUntil - _clock.GetUtcNow()).TotalSeconds);
        }

        double[] expected = [1, 2, 4, 5, 5];
        Assert.All(times.Zip(expected), time => Assert.InRange(time.First, 0.8 * time.Second, Math.Min(5, 1.2 * time.Second)));
        _clock.Advance(TimeSpan.FromSeconds(10));
        set.End(TakeOf(set, dead), AttemptResult.Answered);
        Assert.Equal(0, dead.Failures);
        TakeOf(set, dead);
    }

    [Fact]
    public void The_calls_that_one_death_ends_count_as_one_failure()
    {
        var set = Set(1);
        var attempts = Enumerable.Range(0, 20).Select(_ => Take(set)).ToArray();

        foreach (var attempt in attempts)
        {
            set.End(attempt, AttemptResult.Unanswered);
        }

        Assert.Equal((1, 1, 0), (attempts[0].Replica.Failures, attempts[0].Replica.Unanswered, attempts[0].Replica.InFlight));
    }

    [Fact]
    public void The_only_replica_is_called_although_it_failed_until_its_circuit_opens()
    {
        var set = Set(1, options => options.BreakAfter = 3);
        for (var i = 0; i < 3; i++)
        {
            set.End(Take(set), AttemptResult.Unanswered);
        }

        Assert.Null(set.TryBegin([], lastResort: true, retry: false));
        Assert.NotNull(set.CircuitOpenFor());

        _clock.Advance(TimeSpan.FromSeconds(30));
        var trial = Take(set);
        Assert.Null(set.TryBegin([], lastResort: true, retry: false));
        set.End(trial, AttemptResult.Answered);
        Assert.Null(set.CircuitOpenFor());
        Take(set);
    }

    [Fact]
    public void A_cancelled_half_open_trial_allows_the_next_one()
    {
        var set = Set(1, options => options.BreakAfter = 1);
        set.End(Take(set), AttemptResult.Unanswered);
        _clock.Advance(TimeSpan.FromSeconds(2));

        set.End(Take(set), AttemptResult.CallerCancelled);

        Take(set);
    }

    [Fact]
    public void A_replica_without_any_response_is_ejected_when_callers_time_out()
    {
        var set = Set(2);
        var hanging = Take(set);
        _clock.Advance(TimeSpan.FromSeconds(3));

        set.End(hanging, AttemptResult.CallerCancelled);

        AssertLeftAlone(set, hanging.Replica);
        Assert.Equal(0, hanging.Replica.Unanswered);
    }

    [Fact]
    public void A_cancelled_call_does_not_eject_a_replica_that_serves_others()
    {
        var set = Set(1);
        var (impatient, other) = (Take(set), Take(set));
        _clock.Advance(TimeSpan.FromSeconds(3));
        set.End(other, AttemptResult.Answered);

        set.End(impatient, AttemptResult.CallerCancelled);

        Assert.Equal(0, impatient.Replica.Failures);
    }

    [Fact]
    public void A_503_never_opens_the_circuit()
    {
        var set = Set(1, options => options.BreakAfter = 1);
        for (var i = 0; i < 10; i++)
        {
            set.End(Take(set), AttemptResult.Unavailable, TimeSpan.FromSeconds(1));
        }

        Take(set);
    }

    [Fact]
    public void A_busy_replica_is_skipped_for_its_Retry_After_of_at_most_two_seconds()
    {
        var set = Set(2);
        var busy = Take(set);

        set.End(busy, AttemptResult.Busy, TimeSpan.FromSeconds(60));

        Assert.Equal(TimeSpan.FromSeconds(2), busy.Replica.EjectedUntil - _clock.GetUtcNow());
        AssertLeftAlone(set, busy.Replica);
        Assert.Null(set.TryBegin([.. Others(set, busy.Replica)], lastResort: false, retry: true));
        Assert.Equal(busy.Replica, set.TryBegin([.. Others(set, busy.Replica)], lastResort: true, retry: true)?.Replica);
    }

    [Fact]
    public void A_recovered_replica_catches_up_by_only_a_few_calls()
    {
        var set = Set(2);
        var away = Take(set);
        set.End(away, AttemptResult.Unanswered);
        for (var i = 0; i < 500; i++)
        {
            set.End(Take(set), AttemptResult.Answered);
        }

        _clock.Advance(TimeSpan.FromSeconds(2));
        var toIt = 0;
        for (var i = 0; i < 100; i++)
        {
            var attempt = Take(set);
            toIt += attempt.Replica == away.Replica ? 1 : 0;
            set.End(attempt, AttemptResult.Answered);
        }

        Assert.InRange(toIt, 50, 55);
    }

    [Fact]
    public void Repeated_attempts_end_with_the_budget_and_calls_fill_it_again()
    {
        var set = Set(1, options => (options.RetryReserve, options.RetryPercent) = (2, 50));
        Assert.NotNull(set.TryBegin([], lastResort: true, retry: true));
        Assert.NotNull(set.TryBegin([], lastResort: true, retry: true));
        Assert.Null(set.TryBegin([], lastResort: true, retry: true));

        set.BeginCall([Address(0)]);
        Assert.Null(set.TryBegin([], lastResort: true, retry: true));
        set.BeginCall([Address(0)]);
        Assert.NotNull(set.TryBegin([], lastResort: true, retry: true));
    }

    [Fact]
    public void What_is_known_of_a_replica_is_kept_when_others_come_and_go()
    {
        var set = Set(2);
        var dead = Take(set);
        set.End(dead, AttemptResult.Unanswered);

        set.BeginCall([Address(9), dead.Replica.Address]);

        AssertLeftAlone(set, dead.Replica);
        Assert.Equal(Address(9), Take(set).Replica.Address);
    }

    private static Uri Address(int replica) => new($"http://127.0.0.1:{8000 + replica}");

    private static Attempt Take(ReplicaSet set) => Assert.IsType<Attempt>(set.TryBegin([], lastResort: true, retry: false));

    private static IEnumerable<Replica> Others(ReplicaSet set, Replica than) =>
        Enumerable
            .Range(0, 8)
            .Select(_ =>
            {
                var attempt = Take(set);
                set.End(attempt, AttemptResult.CallerCancelled);
                return attempt.Replica;
            })
            .Where(replica => replica != than)
            .Distinct();

    private static Attempt TakeOf(ReplicaSet set, Replica wanted)
    {
        for (var i = 0; i < 50; i++)
        {
            var attempt = Take(set);
            if (attempt.Replica == wanted)
            {
                return attempt;
            }

            set.End(attempt, AttemptResult.CallerCancelled);
        }

        throw new InvalidOperationException("It is never called.");
    }

    private static void AssertLeftAlone(ReplicaSet set, Replica replica)
    {
        for (var i = 0; i < 20; i++)
        {
            var attempt = Take(set);
            Assert.NotEqual(replica, attempt.Replica);
            set.End(attempt, AttemptResult.CallerCancelled);
        }
    }

    private ReplicaSet Set(int replicas, Action<CallOptions>? configure = null)
    {
        var options = new CallOptions();
        configure?.Invoke(options);
        var set = new ReplicaSet("embed", options, _clock, new Random(7));
        set.BeginCall([.. Enumerable.Range(0, replicas).Select(Address)]);
        return set;
    }
}
