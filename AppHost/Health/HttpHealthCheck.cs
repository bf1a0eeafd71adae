using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbedPlatform.AppHost.Health;

/// <summary>Healthy if an address responds with 200; otherwise reports the response's body.</summary>
internal sealed class HttpHealthCheck(Uri address) : IHealthCheck
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(3) };

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var answer = await Http.GetAsync(address, cancellationToken);
        return answer.IsSuccessStatusCode
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(
                context.Registration.FailureStatus,
                $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}"
            );
    }
}
