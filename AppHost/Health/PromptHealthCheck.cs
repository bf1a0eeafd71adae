using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbedPlatform.AppHost.Health;

/// <summary>
/// Repeats a check for some seconds before it calls a resource unhealthy. Aspire checks a starting resource after 1, 3, 6 and 10 seconds, so what
/// waits for it would start seconds late.
/// </summary>
internal sealed class PromptHealthCheck(Func<IHealthCheck> create) : IHealthCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Lazy<IHealthCheck> _check = new(create);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var result = await CheckOnceAsync(context, cancellationToken);
            if (result.Status == HealthStatus.Healthy || TimeProvider.System.GetElapsedTime(start) > Longest)
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
