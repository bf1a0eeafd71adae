using System.Data.Common;
using Aspire.Npgsql;
using Npgsql;

namespace EmbedPlatform.SearchApi.Storage.Hosts;

/// <summary>
/// The servers of <c>ConnectionStrings:vectors</c>. With several hosts, the primary serves everything but the reads of searches, for which
/// a standby is preferred.
/// </summary>
internal sealed class DatabaseHosts
{
    private const string Name = "vectors";
    private const string Target = "Target Session Attributes";
    private const string Recheck = "Host Recheck Seconds";
    private const string ConnectTimeout = "Timeout";

    // A promotion is noticed when the known state of the hosts expires.
    private const int RecheckSeconds = 1;

    // A host that drops packets delays a connection to the next one by this time.
    private const int ConnectSeconds = 3;

    private readonly string _schema;
    private bool _readsPrimary;

    private DatabaseHosts(string schema) => _schema = schema;

    /// <summary>The newest timeline of a primary.</summary>
    public PrimaryTimeline Timeline { get; } = new();

    /// <summary>The source of all hosts; null for a single one.</summary>
    public NpgsqlMultiHostDataSource? All { get; private set; }

    /// <summary>The standbys; null for a single host, and if searches read from the primary.</summary>
    public NpgsqlDataSource? Standbys => _readsPrimary ? null : All?.WithTargetSession(TargetSessionAttributes.Standby);

    /// <summary>Registers the primary as <see cref="NpgsqlDataSource"/>, with Aspire's settings, traces and metrics.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        var hosts = new DatabaseHosts(StorageOptions.SchemaOf(builder.Configuration));
        // StorageHealthCheck decides readiness: without Redis the service works, only slower.
        builder.AddKeyedNpgsqlDataSource(Name, settings => settings.DisableHealthChecks = true, hosts.Configure);
        builder.Services.AddSingleton(hosts);
        builder.Services.AddSingleton(services =>
            hosts.Primary(services.GetRequiredKeyedService<NpgsqlDataSource>(Name), services.GetRequiredService<ILogger<PrimaryTimeline>>())
        );
        builder.Services.AddHostedService<PrimaryWatch>();
        // Validated like an option, so that a wrong setting ends the start with one line.
        var fault = Fault(builder.Configuration.GetConnectionString(Name));
        builder.Services.AddOptions<NpgsqlSettings>().Validate(_ => fault is null, fault ?? string.Empty).ValidateOnStart();
    }

    /// <summary>The reason why a connection string cannot be used; null if there is none.</summary>
    internal static string? Fault(string? connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            return !HasSeveralHosts(settings) || settings.TargetSessionAttributes is null or "prefer-standby" or "primary"
                ? null
                : $"ConnectionStrings:{Name}: {Target} must be prefer-standby (searches read from a standby, the default) or primary "
                    + $"(they read from the primary), not {settings.TargetSessionAttributes}";
        }
        catch (ArgumentException)
        {
            // Npgsql reports it.
            return null;
        }
    }

    private static bool HasSeveralHosts(NpgsqlConnectionStringBuilder settings) => settings.Host?.Contains(',') == true;

    private void Configure(NpgsqlDataSourceBuilder source)
    {
        var settings = source.ConnectionStringBuilder;
        if (!HasSeveralHosts(settings))
        {
            source.ForSmallStatements(_schema);
            return;
        }

        _readsPrimary = settings.TargetSessionAttributes == "primary";
        settings.Remove(Target);
        var given = new DbConnectionStringBuilder { ConnectionString = settings.ConnectionString };
        if (!given.ContainsKey(Recheck))
        {
            settings.HostRecheckSeconds = RecheckSeconds;
        }

        if (!given.ContainsKey(ConnectTimeout))
        {
            settings.Timeout = ConnectSeconds;
        }

        source.ForSmallStatements(_schema, Timeline);
    }

    private NpgsqlDataSource Primary(NpgsqlDataSource source, ILogger log)
    {
        if (source is not NpgsqlMultiHostDataSource all)
        {
            return source;
        }

        All = all;
        Timeline.Promoted += (host, timeline) =>
        {
            log.LogWarning("PostgreSQL's primary is now {Host}, on timeline {Timeline}", host, timeline);
            // Idle connections to the former primary must not be used again.
            all.Clear();
        };
        Timeline.Refused += (host, reason) =>
            log.LogError("{Host} is a former primary and is not used: {Reason}. Stop it, and rebuild it as a standby", host, reason);
        return all.WithTargetSession(TargetSessionAttributes.Primary);
    }
}
