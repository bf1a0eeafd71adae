using System.Diagnostics.Metrics;

namespace EmbedPlatform.ServiceDefaults.Calls;

/// <summary>What an operator asks about calls between services.</summary>
internal sealed class CallMetrics
{
    private readonly Counter<long> _repeated;
    private readonly Counter<long> _ejected;

    public CallMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("EmbedPlatform.ServiceDefaults.Calls");
        _repeated = meter.CreateCounter<long>("embedplatform.calls.repeated", "{attempt}", "Attempts that were repeated, by why: busy, unready or unanswered.");
        _ejected = meter.CreateCounter<long>("embedplatform.calls.failed_attempts", "{attempt}", "Attempts after which a replica was left alone, by how they went.");
    }

    public void Repeated(string service, AttemptResult why) => _repeated.Add(1, Tags(service, why));

    public void Failed(string service, AttemptResult how) => _ejected.Add(1, Tags(service, how));

    private static System.Diagnostics.TagList Tags(string service, AttemptResult result) =>
        new() { { "service", service }, { "reason", result.ToString().ToLowerInvariant() } };
}
