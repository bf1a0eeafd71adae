using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>
/// Logs changes of health checks. The framework logs every probe, and reports a service that is still loading as an error.
/// </summary>
internal sealed partial class HealthLog(ILogger<HealthLog> logger)
{
    private readonly ConcurrentDictionary<string, HealthStatus> _last = new(StringComparer.Ordinal);

    public void Observe(HealthReport report)
    {
        foreach (var (check, entry) in report.Entries)
        {
            var isKnown = _last.TryGetValue(check, out var before);
            if (isKnown && before == entry.Status)
            {
                continue;
            }

            _last[check] = entry.Status;
            if (entry.Status != HealthStatus.Healthy)
            {
                // A check that has never been healthy is still starting.
                LogTrouble(isKnown ? LogLevel.Warning : LogLevel.Information, entry.Exception, check, entry.Status, entry.Description);
            }
            else if (isKnown)
            {
                LogWell(check);
            }
        }
    }

    [LoggerMessage("Health: {Check} is {Status}: {Description}")]
    private partial void LogTrouble(LogLevel level, Exception? exception, string check, HealthStatus status, string? description);

    [LoggerMessage(LogLevel.Information, "Health: {Check} is healthy")]
    private partial void LogWell(string check);
}
