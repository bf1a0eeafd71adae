using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>
/// How a service calls others: configuration section <c>Calls</c>, overridden for one called service by <c>Calls:{its name}</c>, such as
/// <c>Calls:embed:TotalSeconds</c>.
/// </summary>
public sealed class CallOptions : IValidatableObject
{
    public const string SectionName = "Calls";

    /// <summary>Timeout of one attempt. The default is long because a model on a CPU is slow; callers with less time cancel.</summary>
    [Range(0.01, 3600)]
    public double AttemptSeconds { get; set; } = 120;

    /// <summary>Timeout of a call with all attempts and waits. An earlier deadline of the request being served takes precedence.</summary>
    [Range(0.01, 7200)]
    public double TotalSeconds { get; set; } = 150;

    /// <summary>Timeout of a TCP connect.</summary>
    [Range(0.01, 60)]
    public double ConnectSeconds { get; set; } = 2;

    /// <summary>The most attempts of a call, the first one included.</summary>
    [Range(1, 10)]
    public int MaxAttempts { get; set; } = 4;

    /// <summary>The wait before a retry if there is no other replica; it doubles with every attempt.</summary>
    [Range(1, 60_000)]
    public double BackoffMilliseconds { get; set; } = 100;

    /// <summary>The longest wait before a retry. An answer with a longer <c>Retry-After</c> goes to the caller.</summary>
    [Range(0, 600)]
    public double LongestWaitSeconds { get; set; } = 2;

    /// <summary>The retry budget, in retries per hundred calls: retries never multiply the load of a failing service.</summary>
    [Range(0, 1000)]
    public double RetryPercent { get; set; } = 20;

    /// <summary>The size of the retry budget: enough for all attempts in flight at a replica that dies.</summary>
    [Range(0, 10_000)]
    public double RetryReserve { get; set; } = 50;

    /// <summary>How long a replica is ejected after a failure (no answer, or 503); doubles with every further failure.</summary>
    [Range(0.01, 600)]
    public double EjectSeconds { get; set; } = 1;

    /// <summary>The longest ejection.</summary>
    [Range(0.01, 3600)]
    public double LongestEjectSeconds { get; set; } = 30;

    /// <summary>
    /// Opens the circuit after this many consecutive attempts without an answer: an ejected replica is then not called even if it is the
    /// only one.
    /// </summary>
    [Range(1, 1000)]
    public int BreakAfter { get; set; } = 5;

    /// <summary>Whether the addresses of one host name (plain HTTP only) count as separate replicas.</summary>
    public bool ResolveHosts { get; set; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TotalSeconds < AttemptSeconds)
        {
            yield return new ValidationResult(
                $"{nameof(TotalSeconds)} must not be less than {nameof(AttemptSeconds)}.",
                [nameof(TotalSeconds)]
            );
        }
    }
}
