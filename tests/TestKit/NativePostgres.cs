using System.Globalization;
using System.Security.Cryptography;

namespace EmbedPlatform.TestKit;

/// <summary>A PostgreSQL server with pgvector of the test's own: a new cluster in a temporary folder, on a free port.</summary>
public sealed class NativePostgres : NativeServer
{
    private readonly NativePostgres? _primary;
    private readonly string _password;

    /// <summary>A server of its own.</summary>
    public NativePostgres()
        : this(null) { }

    private NativePostgres(NativePostgres? primary)
        : base("postgres.sh") =>
        (_primary, _password) = (primary, primary?._password ?? Convert.ToHexString(RandomNumberGenerator.GetBytes(12)));

    /// <summary>The connection string of the empty database <c>vectors</c>.</summary>
    public string ConnectionString =>
        $"Host=127.0.0.1;Port={Port};Username=embedplatform;Password={_password};Database=vectors;Include Error Detail=true";

    /// <summary>The address, as a connection string with several hosts has it.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>Starts a standby of this server, by streaming replication.</summary>
    public async Task<NativePostgres> StartStandbyAsync()
    {
        var standby = new NativePostgres(this);
        await standby.InitializeAsync();
        return standby;
    }

    /// <summary>
    /// Ends the server as a power failure would: SIGKILL to the postmaster and all its children. Its data stays as it is.
    /// </summary>
    public async Task KillAsync()
    {
        var postmaster = int.Parse((await File.ReadAllLinesAsync(Folder["data", "postmaster.pid"]))[0], CultureInfo.InvariantCulture);
        await Processes.SignalAsync("KILL", [postmaster, .. Processes.Descendants(postmaster).Select(child => child.Id)]);
        await StopAsync();
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> Options() =>
        ["--password-file", Folder.Write("password", _password), .. _primary is null ? (string[])[] : ["--follow", $"{_primary.Port}"]];
}
