using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>
/// How a service calls others: configuration section <c>Calls</c>, overridden for one called service by <c>Calls:{its name}</c>, such as
/// <c>Calls:embed:TotalSeconds</c>.
/// </summary>
public sealed class CallOptions : IValidatableObject
{
    public const string SectionName = "Calls";

    /// <summary>
    /// The timeout of one attempt; 65 for RerankService. The default is long because a bulk request on a CPU takes a while; searches have
    /// shorter timeouts (<c>Search:EmbedTimeout</c>, <c>Search:RerankTimeout</c>).
    /// </summary>
    [Range(0.01, 3600)]
    public double AttemptSeconds { get; set; } = 120;

    /// <summary>
    /// The timeout of a call with all its attempts and delays; 75 for RerankService, and not below <see cref="AttemptSeconds"/>. An earlier
    /// deadline of the incoming request takes precedence.
    /// </summary>
    [Range(0.01, 7200)]
    public double TotalSeconds { get; set; } = 150;

    /// <summary>The connect timeout. It cannot be set for one service.</summary>
    [Range(0.01, 60)]
    public double ConnectSeconds { get; set; } = 2;

    /// <summary>The maximum number of attempts per call, including the first.</summary>
    [Range(1, 10)]
    public int MaxAttempts { get; set; } = 4;

    /// <summary>The back-off after the first failed connection if there is no other replica; it doubles.</summary>
    [Range(1, 60_000)]
    public double BackoffMilliseconds { get; set; } = 100;

    /// <summary>The maximum <c>Retry-After</c> to wait for; a response with a longer one is returned to the caller.</summary>
    [Range(0, 600)]
    public double MaxRetryAfterSeconds { get; set; } = 2;

    /// <summary>The retry budget, in retries per hundred calls: retries never multiply the load of a failing service.</summary>
    [Range(0, 1000)]
    public double RetryPercent { get; set; } = 20;

    /// <summary>
    /// The reserve of the retry budget for bursts, such as all attempts in flight at a replica that dies; 0 disables retries.
    /// </summary>
    [Range(0, 10_000)]
    public double RetryReserve { get; set; } = 50;

    /// <summary>The first ejection period of a replica that failed (no response, or 503); it doubles with every further failure.</summary>
    [Range(0.01, 600)]
    public double EjectSeconds { get; set; } = 1;

    /// <summary>The maximum ejection period of a replica.</summary>
    [Range(0.01, 3600)]
    public double MaxEjectSeconds { get; set; } = 30;

    /// <summary>
    /// The number of consecutive attempts without a response that opens the circuit: an ejected replica is then not called even if it is
    /// the only one.
    /// </summary>
    [Range(1, 1000)]
    public int BreakAfter { get; set; } = 5;

    /// <summary>
    /// Whether a host name with several addresses stands for several replicas (plain HTTP only; a headless service of Kubernetes, a scaled
    /// service of Docker Compose); resolved every 5 s. Set <c>false</c> behind a service mesh that routes by host name.
    /// </summary>
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
