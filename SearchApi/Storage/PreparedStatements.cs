using Npgsql;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>Statements that the server parses and plans once.</summary>
internal static class PreparedStatements
{
    private const string Setting = "Max Auto Prepare";
    private const int PerConnection = 64;

    /// <summary>
    /// Prepares what a connection runs again and again; planning is much of what a search's small statements cost. The connection string may say otherwise, and
    /// must where a proxy that knows no prepared statements stands in between (<c>Max Auto Prepare=0</c>).
    /// </summary>
    public static void PrepareWhatRepeats(this NpgsqlDataSourceBuilder source)
    {
        if (!source.ConnectionString.Contains(Setting, StringComparison.OrdinalIgnoreCase))
        {
            source.ConnectionStringBuilder.MaxAutoPrepare = PerConnection;
        }
    }
}
