namespace EmbedPlatform.ServiceDefaults.Calls;

/// <summary>
/// The replicas of one service as its callers in this process see them: who has how much to do, who is left alone and until when.
/// </summary>
/// <remarks>
/// A call looks at two replicas drawn at random (Mitzenmacher, "The power of two choices in randomized load balancing", 2001) and takes the one with
/// clearly less to do, else the one that was given fewer calls so far, so that equal replicas get equal shares.
/// </remarks>
internal sealed class ReplicaSet(string service, CallOptions options, TimeProvider clock, Random random)
{
    /// <summary>So many more calls in flight are a busier replica; fewer are chance.</summary>
    private const int ClearlyMore = 2;

    /// <summary>A replica that was away or slow makes up for so many calls and no more.</summary>
    private const int MostArrears = 8;

    /// <summary>How long a busy replica is spared at most: its queue moves faster than a dead process comes back.</summary>
    private static readonly TimeSpan LongestSpare = TimeSpan.FromSeconds(2);

    /// <summary>Who answers nobody for so long while a caller gives up may hang: it is left alone for a moment where there are others.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly RetryBudget _budget = new(options.RetryReserve, options.RetryPercent / 100);
    private List<Replica> _replicas = [];

    /// <summary>The service's name.</summary>
    public string Service { get; } = service;

    /// <summary>How the service is called.</summary>
    public CallOptions Options { get; } = options;

    /// <summary>A call begins: what it adds to the budget of repeated attempts, and where the service is now.</summary>
    /// <param name="addresses">Where its replicas are; what is known of those that were there before is kept.</param>
    public void Begin(IReadOnlyList<Uri> addresses)
    {
        lock (_lock)
        {
            _budget.Earn();
            if (_replicas.Count != addresses.Count || !_replicas.Select(replica => replica.Address).SequenceEqual(addresses))
            {
                _replicas = [.. addresses.Distinct().Select(address => _replicas.Find(known => known.Address == address) ?? new Replica(address))];
            }
        }
    }

    /// <summary>Chooses who is called.</summary>
    /// <param name="tried">Replicas that this call has tried and that are out of the question.</param>
    /// <param name="lastResort">Whether one that is to be left alone will do where there is no other.</param>
    /// <param name="repeat">Whether it is a repeated attempt, which the budget must allow.</param>
    /// <returns>The attempt, to be given to <see cref="Return"/>; null: there is nobody to call.</returns>
    public Attempt? Take(IReadOnlyCollection<Replica> tried, bool lastResort, bool repeat)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var free = _replicas.Where(replica => !tried.Contains(replica) && IsFree(replica, now)).ToArray();
            var chosen = free.Length > 0 ? Choose(free) : lastResort ? SoonestBack(tried, now) : null;
            if (chosen is null || (repeat && !_budget.TrySpend()))
            {
                return null;
            }

            chosen.OnTrial = chosen.Failures > 0;
            chosen.InFlight++;
            chosen.Assigned = Math.Max(chosen.Assigned, _replicas.Max(replica => replica.Assigned) - MostArrears) + 1;
            return new Attempt(chosen, chosen.Deaths, now);
        }
    }

    /// <summary>An attempt is over.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="result">How it went.</param>
    /// <param name="retryAfter">When the replica wants to be asked again, if it said so.</param>
    public void Return(Attempt attempt, AttemptResult result, TimeSpan? retryAfter = null)
    {
        lock (_lock)
        {
            var replica = attempt.Replica;
            replica.InFlight--;
            replica.OnTrial = false;
            var now = clock.GetUtcNow();
            if (result is AttemptResult.Answered or AttemptResult.Busy or AttemptResult.Unready)
            {
                replica.LastAnswer = now;
            }

            switch (result)
            {
                case AttemptResult.Answered:
                    (replica.Failures, replica.Unanswered, replica.LeaveUntil) = (0, 0, default);
                    break;
                case AttemptResult.Busy:
                    (replica.Failures, replica.Unanswered) = (0, 0);
                    replica.LeaveUntil = now + Least(retryAfter ?? LongestSpare, LongestSpare);
                    break;
                case AttemptResult.Unready:
                    replica.Unanswered = 0;
                    Leave(replica, now, retryAfter ?? TimeSpan.Zero);
                    break;
                case AttemptResult.Unanswered when attempt.Deaths == replica.Deaths:
                    replica.Unanswered++;
                    replica.Deaths++;
                    Leave(replica, now, TimeSpan.Zero);
                    break;
                case AttemptResult.Abandoned when attempt.Deaths == replica.Deaths && now - attempt.Began >= Silence && replica.LastAnswer < attempt.Began:
                    // Perhaps it is only slow, so this opens no circuit.
                    replica.Deaths++;
                    Leave(replica, now, TimeSpan.Zero);
                    break;
            }
        }
    }

    /// <summary>Whether the budget allows a repeated attempt.</summary>
    public bool MayRepeat()
    {
        lock (_lock)
        {
            return _budget.HasOne;
        }
    }

    /// <summary>When the first of those replicas that are not called at all may be tried again; null where there is one to call.</summary>
    public TimeSpan? BrokenFor()
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            return _replicas.Exists(replica => IsFree(replica, now) || !IsBroken(replica))
                ? null
                : _replicas.Select(replica => replica.LeaveUntil - now).Append(TimeSpan.FromSeconds(Options.LongestEjectSeconds)).Min() is var wait && wait > TimeSpan.Zero
                    ? wait
                    : TimeSpan.Zero;
        }
    }

    private static bool IsFree(Replica replica, DateTimeOffset now) => now >= replica.LeaveUntil && !replica.OnTrial;

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private bool IsBroken(Replica replica) => replica.Unanswered >= Options.BreakAfter;

    private Replica Choose(Replica[] free)
    {
        if (free.Length > 2)
        {
            random.Shuffle(free);
        }

        var (one, other) = (free[0], free[^1]);
        var difference = one.InFlight - other.InFlight;
        return Math.Abs(difference) >= ClearlyMore
            ? difference < 0 ? one : other
            : one.Assigned <= other.Assigned ? one : other;
    }

    private Replica? SoonestBack(IReadOnlyCollection<Replica> tried, DateTimeOffset now) => _replicas
        .Where(replica => !tried.Contains(replica) && !IsBroken(replica))
        .OrderBy(replica => replica.LeaveUntil > now ? replica.LeaveUntil : now)
        .ThenBy(replica => replica.InFlight)
        .FirstOrDefault();

    private void Leave(Replica replica, DateTimeOffset now, TimeSpan wish)
    {
        var longest = TimeSpan.FromSeconds(Options.LongestEjectSeconds);
        var grown = TimeSpan.FromSeconds(Math.Min(Options.EjectSeconds * Math.Pow(2, replica.Failures), Options.LongestEjectSeconds) * (0.8 + (0.4 * random.NextDouble())));
        replica.Failures++;
        replica.LeaveUntil = now + Least(wish > grown ? wish : grown, longest);
    }
}
