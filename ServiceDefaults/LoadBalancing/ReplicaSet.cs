namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>
/// The replicas of one service, as this process sees them: their load, ejections and retry budget.
/// </summary>
/// <remarks>
/// Balances by two random choices (Mitzenmacher, "The power of two choices in randomized load balancing", 2001): the replica with clearly
/// fewer attempts in flight wins, else the one with fewer attempts so far, so that equal replicas get equal shares.
/// </remarks>
internal sealed class ReplicaSet(string service, CallOptions options, TimeProvider clock, Random random)
{
    /// <summary>A smaller difference of attempts in flight is chance.</summary>
    private const int BusierBy = 2;

    /// <summary>The most attempts that a replica catches up on after an ejection.</summary>
    private const int MaxCatchUp = 8;

    /// <summary>The longest ejection after 429: a queue drains faster than a process restarts.</summary>
    private static readonly TimeSpan MaxBusyEjection = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A replica that has answered no one for this long when a caller cancels may hang; skip it briefly if others are available.
    /// </summary>
    private static readonly TimeSpan HangThreshold = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly RetryBudget _budget = new(options.RetryReserve, options.RetryPercent / 100);
    private List<Replica> _replicas = [];

    public string Service { get; } = service;

    public CallOptions Options { get; } = options;

    /// <summary>Deposits into the retry budget and updates the replicas, keeping the state of known ones.</summary>
    public void BeginCall(IReadOnlyList<Uri> addresses)
    {
        lock (_lock)
        {
            _budget.Deposit();
            if (_replicas.Count != addresses.Count || !_replicas.Select(replica => replica.Address).SequenceEqual(addresses))
            {
                _replicas =
                [
                    .. addresses.Distinct().Select(address => _replicas.Find(known => known.Address == address) ?? new Replica(address)),
                ];
            }
        }
    }

    /// <summary>Chooses a replica.</summary>
    /// <param name="tried">Replicas to exclude.</param>
    /// <param name="lastResort">Whether to take an ejected replica if there is no other.</param>
    /// <param name="retry">Whether to charge the attempt to the retry budget.</param>
    /// <returns>The attempt, to be passed to <see cref="End"/>; null if no replica qualifies.</returns>
    public Attempt? TryBegin(IReadOnlyCollection<Replica> tried, bool lastResort, bool retry)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var available = _replicas.Where(replica => !tried.Contains(replica) && IsAvailable(replica, now)).ToArray();
            var chosen =
                available.Length > 0 ? Choose(available)
                : lastResort ? SoonestAvailable(tried, now)
                : null;
            if (chosen is null || (retry && !_budget.TryWithdraw()))
            {
                return null;
            }

            chosen.HalfOpen = chosen.Failures > 0;
            chosen.InFlight++;
            chosen.Assigned = Math.Max(chosen.Assigned, _replicas.Max(replica => replica.Assigned) - MaxCatchUp) + 1;
            return new Attempt(chosen, chosen.FailureEpoch, now);
        }
    }

    /// <param name="attempt">The attempt.</param>
    /// <param name="result">Its result.</param>
    /// <param name="retryAfter">The answer's <c>Retry-After</c>.</param>
    public void End(Attempt attempt, AttemptResult result, TimeSpan? retryAfter = null)
    {
        lock (_lock)
        {
            var replica = attempt.Replica;
            replica.InFlight--;
            replica.HalfOpen = false;
            var now = clock.GetUtcNow();
            if (result is AttemptResult.Answered or AttemptResult.Busy or AttemptResult.Unavailable)
            {
                replica.LastAnswer = now;
            }

            switch (result)
            {
                case AttemptResult.Answered:
                    (replica.Failures, replica.Unanswered, replica.EjectedUntil) = (0, 0, default);
                    break;
                case AttemptResult.Busy:
                    (replica.Failures, replica.Unanswered) = (0, 0);
                    replica.EjectedUntil = now + Least(retryAfter ?? MaxBusyEjection, MaxBusyEjection);
                    break;
                case AttemptResult.Unavailable:
                    replica.Unanswered = 0;
                    Eject(replica, now, retryAfter ?? TimeSpan.Zero);
                    break;
                case AttemptResult.Unanswered when attempt.FailureEpoch == replica.FailureEpoch:
                    replica.Unanswered++;
                    replica.FailureEpoch++;
                    Eject(replica, now, TimeSpan.Zero);
                    break;
                case AttemptResult.CallerCancelled
                    when attempt.FailureEpoch == replica.FailureEpoch
                        && now - attempt.Began >= HangThreshold
                        && replica.LastAnswer < attempt.Began:
                    // It may only be slow, so this does not count towards BreakAfter.
                    replica.FailureEpoch++;
                    Eject(replica, now, TimeSpan.Zero);
                    break;
            }
        }
    }

    public bool HasRetryBudget()
    {
        lock (_lock)
        {
            return _budget.HasRetry;
        }
    }

    /// <summary>The time until the first replica leaves its open circuit; null if one can be called now.</summary>
    public TimeSpan? CircuitOpenFor()
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            return _replicas.Exists(replica => IsAvailable(replica, now) || !IsCircuitOpen(replica))
                ? null
                : NotNegative(
                    _replicas.Select(replica => replica.EjectedUntil - now).Append(TimeSpan.FromSeconds(Options.MaxEjectSeconds)).Min()
                );
        }
    }

    private static bool IsAvailable(Replica replica, DateTimeOffset now) => now >= replica.EjectedUntil && !replica.HalfOpen;

    private static TimeSpan NotNegative(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private bool IsCircuitOpen(Replica replica) => replica.Unanswered >= Options.BreakAfter;

    private Replica Choose(Replica[] available)
    {
        if (available.Length > 2)
        {
            random.Shuffle(available);
        }

        var (one, other) = (available[0], available[^1]);
        var difference = one.InFlight - other.InFlight;
        return Math.Abs(difference) >= BusierBy
            ? difference < 0
                ? one
                : other
            : one.Assigned <= other.Assigned
                ? one
                : other;
    }

    private Replica? SoonestAvailable(IReadOnlyCollection<Replica> tried, DateTimeOffset now) =>
        _replicas
            .Where(replica => !tried.Contains(replica) && !IsCircuitOpen(replica))
            .OrderBy(replica => replica.EjectedUntil > now ? replica.EjectedUntil : now)
            .ThenBy(replica => replica.InFlight)
            .FirstOrDefault();

    private void Eject(Replica replica, DateTimeOffset now, TimeSpan retryAfter)
    {
        var longest = TimeSpan.FromSeconds(Options.MaxEjectSeconds);
        var seconds = Math.Min(Options.EjectSeconds * Math.Pow(2, replica.Failures), Options.MaxEjectSeconds);
        var backoff = TimeSpan.FromSeconds(seconds * (0.8 + (0.4 * random.NextDouble())));
        replica.Failures++;
        replica.EjectedUntil = now + Least(retryAfter > backoff ? retryAfter : backoff, longest);
    }
}
