using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>Metrics of calls between services.</summary>
internal sealed class CallMetrics
{
    private readonly Counter<long> _retried;
    private readonly Counter<long> _ejected;

    public CallMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("EmbedPlatform.ServiceDefaults.Calls");
        _retried = meter.CreateCounter<long>(
            "embedplatform.calls.repeated",
            "{attempt}",
            "Retried attempts, by reason: busy, unready or unanswered."
        );
        _ejected = meter.CreateCounter<long>(
            "embedplatform.calls.failed_attempts",
            "{attempt}",
            "Attempts that ejected a replica, by reason."
        );
    }

    public void Retried(string service, AttemptResult reason) => _retried.Add(1, Tags(service, reason));

    public void Failed(string service, AttemptResult reason) => _ejected.Add(1, Tags(service, reason));

    private static TagList Tags(string service, AttemptResult reason) => new() { { "service", service }, { "reason", Label(reason) } };

    // Dashboards select by these labels.
    private static string Label(AttemptResult reason) =>
        reason == AttemptResult.Unavailable ? "unready" : reason.ToString().ToLowerInvariant();
}
