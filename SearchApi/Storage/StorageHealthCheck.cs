using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>Healthy when the schema is there and PostgreSQL answers. Redis and the model services are not needed to serve.</summary>
internal sealed class StorageHealthCheck(NpgsqlDataSource database, SchemaState schema) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (schema.Version is null)
        {
            return HealthCheckResult.Unhealthy($"the schema is not there yet: {schema.LastFailure ?? "migrating"}");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await PingAsync(patience.Token);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException)
        {
            // A connection of before a restart of the server says nothing of the server now.
            database.Clear();
        }
        catch (OperationCanceledException failure)
        {
            return Unanswered(failure);
        }

        try
        {
            await PingAsync(patience.Token);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            return Unanswered(failure);
        }
    }

    private static HealthCheckResult Unanswered(Exception failure) => HealthCheckResult.Unhealthy("PostgreSQL does not answer", failure);

    private async Task PingAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }
}
