using System.Globalization;
using System.Security.Cryptography;

namespace EmbedPlatform.TestKit;

/// <summary>A PostgreSQL server with pgvector of the test's own: a new cluster in a temporary folder, on a free port.</summary>
public sealed class NativePostgres() : NativeServer("postgres.sh")
{
    private readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    /// <summary>The connection string of the empty database <c>vectors</c>.</summary>
    public string ConnectionString =>
        $"Host=127.0.0.1;Port={Port};Username=embedplatform;Password={_password};Database=vectors;Include Error Detail=true";

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
    protected override IEnumerable<string> Options() => ["--password-file", Folder.Write("password", _password)];
}
