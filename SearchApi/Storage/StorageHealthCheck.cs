using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>Healthy if the schema is ready and PostgreSQL responds. Redis and the model services are not required.</summary>
internal sealed class StorageHealthCheck(NpgsqlDataSource database, SchemaState schema) : IHealthCheck
{
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (schema.Version is null)
        {
            return HealthCheckResult.Unhealthy($"the schema is not ready: {schema.LastFailure ?? "migrating"}");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(PingTimeout);
        try
        {
            await PingAsync(timeout.Token);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException)
        {
            // A connection from before a restart of the server must not count as a failure.
            database.Clear();
        }
        catch (OperationCanceledException failure)
        {
            return Unanswered(failure);
        }

        try
        {
            await PingAsync(timeout.Token);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            return Unanswered(failure);
        }
    }

    private static HealthCheckResult Unanswered(Exception failure) => HealthCheckResult.Unhealthy("PostgreSQL does not respond", failure);

    private async Task PingAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }
}
