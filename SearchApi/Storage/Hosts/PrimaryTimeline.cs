using System.Globalization;
using Npgsql;

namespace EmbedPlatform.SearchApi.Storage.Hosts;

/// <summary>
/// The newest timeline of a primary that this process has seen. PostgreSQL starts a new timeline with every promotion, so a primary on an
/// older one is a former primary that came back, and its writes would be lost.
/// </summary>
/// <remarks>
/// This is not fencing. A process without a connection to the new primary (it has just started, or cannot reach it) uses the former one,
/// as do other clients; a statement already running on the former primary goes on; a promotion is noticed by the next new connection or
/// within a second, not at once; and a standby that still follows a former primary is not detected. Only the operator, or Patroni, can
/// stop one.
/// </remarks>
internal sealed class PrimaryTimeline
{
    /// <summary>A connection's timeline in hexadecimal, with JIT compilation off from then on; NULL on a standby.</summary>
    public const string Prepare = "SELECT set_config('jit', 'off', false), " + Timeline;

    /// <summary>A connection's timeline in hexadecimal; NULL on a standby.</summary>
    public const string Read = "SELECT " + Timeline;

    private const string Timeline =
        "CASE WHEN NOT pg_is_in_recovery() THEN substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END AS timeline";

    private readonly Lock _lock = new();
    private readonly HashSet<(string Host, uint Highest)> _refused = [];
    private uint _highest;

    /// <summary>Called after a promotion, with the host of the new primary and its timeline.</summary>
    public event Action<string, uint>? Promoted;

    /// <summary>Called when a host is refused for the first time since the last promotion.</summary>
    public event Action<string, string>? Refused;

    /// <summary>The newest timeline; null before the first connection, and for a single host.</summary>
    public uint? Current => Volatile.Read(ref _highest) is > 0 and var highest ? highest : null;

    /// <summary>Reads the timeline of an open connection in the column <c>timeline</c> of a statement.</summary>
    /// <exception cref="NpgsqlException">The host is a former primary.</exception>
    public async Task CheckAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(statement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        Check(connection, reader);
    }

    /// <inheritdoc cref="CheckAsync"/>
    public void Check(NpgsqlConnection connection, string statement)
    {
        using var command = connection.Command(statement);
        using var reader = command.ExecuteReader();
        reader.Read();
        Check(connection, reader);
    }

    private void Check(NpgsqlConnection connection, NpgsqlDataReader reader)
    {
        if (reader.GetStringOrNull(reader.GetOrdinal("timeline")) is { } timeline)
        {
            var host = string.Create(CultureInfo.InvariantCulture, $"{connection.Host}:{connection.Port}");
            Check(host, uint.Parse(timeline, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Accepts a primary's timeline if it is not older than the newest.</summary>
    /// <exception cref="NpgsqlException">The host is a former primary.</exception>
    internal void Check(string host, uint timeline)
    {
        uint before;
        bool isNew;
        lock (_lock)
        {
            before = _highest;
            _highest = Math.Max(before, timeline);
            isNew = timeline < before && _refused.Add((host, before));
        }

        if (timeline < before)
        {
            var reason = $"timeline {timeline}, but another primary has timeline {before}";
            if (isNew)
            {
                Refused?.Invoke(host, reason);
            }

            // As for a broken connection, so that Npgsql leaves the host out for a while.
            throw new NpgsqlException($"{host} is a former primary: {reason}", new IOException(reason));
        }

        if (before > 0 && timeline > before)
        {
            Promoted?.Invoke(host, timeline);
        }
    }
}
