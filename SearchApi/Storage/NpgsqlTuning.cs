using System.Diagnostics;
using Npgsql;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>How connections to PostgreSQL are kept: for many statements of a few milliseconds.</summary>
internal static class NpgsqlTuning
{
    private const string Prepared = "Max Auto Prepare";
    private const int PerConnection = 64;

    // Compiling a query of a few milliseconds costs more than running it.
    private const string NoJit = "SET jit = off";

    /// <summary>
    /// Prepares what a connection runs again and again; planning is much of what a search's small statements cost. The connection string
    /// may say otherwise, and
    /// must where a proxy that knows no prepared statements stands in between (<c>Max Auto Prepare=0</c>). Nothing is compiled, and a
    /// connection that goes back to
    /// the pool is not reset, since no statement leaves anything behind in it.
    /// </summary>
    public static void ForSmallStatements(this NpgsqlDataSourceBuilder source)
    {
        if (!source.ConnectionString.Contains(Prepared, StringComparison.OrdinalIgnoreCase))
        {
            source.ConnectionStringBuilder.MaxAutoPrepare = PerConnection;
        }

        source.ConnectionStringBuilder.NoResetOnClose = true;
        source.ConfigureTracing(LeaveOutLoops);
        source.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = connection.Command(NoJit);
                command.ExecuteNonQuery();
            },
            connection => connection.ExecuteAsync(NoJit, CancellationToken.None)
        );
    }

    // One statement a second of loops that look for work would bury those that somebody waits for.
    private static void LeaveOutLoops(NpgsqlTracingOptionsBuilder tracing) =>
        tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null)
            .EnablePhysicalOpenTracing(false);
}
