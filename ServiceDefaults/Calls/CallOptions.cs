using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.ServiceDefaults.Calls;

/// <summary>
/// How a service calls another; bound from the configuration section <c>Calls</c>, and for one called service from <c>Calls:{its name}</c>
/// (<c>Calls:embed:TotalSeconds</c>).
/// </summary>
public sealed class CallOptions : IValidatableObject
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "Calls";

    /// <summary>How many seconds one attempt may take. A model on a CPU is slow, so the default is long: who waits less says so by cancelling.</summary>
    [Range(0.01, 3600)]
    public double AttemptSeconds { get; set; } = 120;

    /// <summary>How many seconds a call may take with all its attempts and waits; the deadline of the request that it serves comes first.</summary>
    [Range(0.01, 7200)]
    public double TotalSeconds { get; set; } = 150;

    /// <summary>How many seconds a connection may take to come about.</summary>
    [Range(0.01, 60)]
    public double ConnectSeconds { get; set; } = 2;

    /// <summary>How many attempts a call has, the first one included.</summary>
    [Range(1, 10)]
    public int MaxAttempts { get; set; } = 4;

    /// <summary>The wait after the first failed connection where there is no other replica, in milliseconds; it doubles with every attempt.</summary>
    [Range(1, 60_000)]
    public double BackoffMilliseconds { get; set; } = 100;

    /// <summary>The longest wait between two attempts, in seconds. A service that says to come back later than that has its answer given to the caller.</summary>
    [Range(0, 600)]
    public double LongestWaitSeconds { get; set; } = 2;

    /// <summary>How many repeated attempts there may be for a hundred calls, so that repeating never multiplies the load of a service in trouble.</summary>
    [Range(0, 1000)]
    public double RetryPercent { get; set; } = 20;

    /// <summary>How many attempts may be repeated at once before <see cref="RetryPercent"/> counts: those under way at a replica that dies.</summary>
    [Range(0, 10_000)]
    public double RetryReserve { get; set; } = 50;

    /// <summary>How many seconds a replica is left alone after it did not answer or answered 503; doubles each time until it answers.</summary>
    [Range(0.01, 600)]
    public double EjectSeconds { get; set; } = 1;

    /// <summary>How many seconds a replica is left alone at most.</summary>
    [Range(0.01, 3600)]
    public double LongestEjectSeconds { get; set; } = 30;

    /// <summary>After how many attempts in a row without any answer a replica is not called at all while it is left alone, even where it is the only one.</summary>
    [Range(1, 1000)]
    public int BreakAfter { get; set; } = 5;

    /// <summary>Whether a host name with several addresses (plain HTTP only) is several replicas; else it is one, and the network chooses.</summary>
    public bool ResolveHosts { get; set; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TotalSeconds < AttemptSeconds)
        {
            yield return new ValidationResult($"{nameof(TotalSeconds)} must not be less than {nameof(AttemptSeconds)}.", [nameof(TotalSeconds)]);
        }
    }
}
