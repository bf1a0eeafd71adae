using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbedPlatform.ServiceDefaults.Hosting;

internal sealed class StartupHealthCheck<T>(StartupValue<T> loaded, Func<T?, IReadOnlyDictionary<string, object>> describe) : IHealthCheck
    where T : class
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var current = loaded.Current;
        var data = describe(current);
        return Task.FromResult(
            current is null ? HealthCheckResult.Unhealthy("still loading", data: data) : HealthCheckResult.Healthy(data: data)
        );
    }
}
