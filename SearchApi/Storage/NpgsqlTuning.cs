using System.Diagnostics;
using EmbedPlatform.SearchApi.Storage.Hosts;
using Npgsql;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>Tunes connections for many statements of a few milliseconds each.</summary>
internal static class NpgsqlTuning
{
    private const string Prepared = "Max Auto Prepare";
    private const int PerConnection = 64;

    // JIT compilation costs more than it saves on a query of a few milliseconds.
    private const string NoJit = "SET jit = off";

    /// <summary>
    /// Prepares repeated statements, because planning is much of the cost of a search's small statements. The connection string can turn
    /// this off and must do so behind a proxy without prepared statements (<c>Max Auto Prepare=0</c>). JIT is off, and a connection is not
    /// reset when it returns to the pool, because no statement leaves session state behind.
    /// </summary>
    /// <param name="schema">The schema that names of tables refer to, before those of the connection string.</param>
    /// <param name="timeline">Checks the timeline of every new connection; null for a single host.</param>
    public static void ForSmallStatements(this NpgsqlDataSourceBuilder source, string schema, PrimaryTimeline? timeline = null)
    {
        source.ConnectionStringBuilder.SearchPath = $"{schema},{source.ConnectionStringBuilder.SearchPath ?? "public"}";
        if (!source.ConnectionString.Contains(Prepared, StringComparison.OrdinalIgnoreCase))
        {
            source.ConnectionStringBuilder.MaxAutoPrepare = PerConnection;
        }

        source.ConnectionStringBuilder.NoResetOnClose = true;
        source.ConfigureTracing(LeaveOutLoops);
        if (timeline is not null)
        {
            source.UsePhysicalConnectionInitializer(
                connection => timeline.Check(connection, PrimaryTimeline.Prepare),
                connection => timeline.CheckAsync(connection, PrimaryTimeline.Prepare, CancellationToken.None)
            );
            return;
        }

        source.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = connection.Command(NoJit);
                command.ExecuteNonQuery();
            },
            connection => connection.ExecuteAsync(NoJit, CancellationToken.None)
        );
    }

    // Polling loops run one statement per second, which would bury the spans of requests.
    private static void LeaveOutLoops(NpgsqlTracingOptionsBuilder tracing) =>
        tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null)
            .EnablePhysicalOpenTracing(false);
}
