using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbedPlatform.AppHost.Health;

/// <summary>
/// Repeats a check before it reports a resource as unhealthy: for half a minute while the resource starts, then for a few seconds. Aspire
/// checks a starting resource after 1, 3, 6 and 10 seconds, which would delay the platform's readiness by seconds.
/// </summary>
internal sealed class PromptHealthCheck(Func<IHealthCheck> create) : IHealthCheck
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestOutage = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Lazy<IHealthCheck> _check = new(create);
    private bool _hasStarted;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var start = TimeProvider.System.GetTimestamp();
        var longest = _hasStarted ? LongestOutage : LongestStart;
        while (true)
        {
            var result = await CheckOnceAsync(context, cancellationToken);
            _hasStarted |= result.Status == HealthStatus.Healthy;
            if (result.Status == HealthStatus.Healthy || TimeProvider.System.GetElapsedTime(start) > longest)
            {
                return result;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<HealthCheckResult> CheckOnceAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await _check.Value.CheckHealthAsync(context, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, failure.Message);
        }
    }
}
