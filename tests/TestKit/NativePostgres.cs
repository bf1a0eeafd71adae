using System.Security.Cryptography;
using Xunit;

namespace EmbedPlatform.TestKit;

/// <summary>A PostgreSQL server with pgvector of the test's own: a new cluster in a temporary folder, on a free port.</summary>
public sealed class NativePostgres : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedplatform-postgres-").FullName;
    private readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
    private readonly int _port = FreePort.Next();
    private GuardedProcess? _server;

    /// <summary>The connection string of the empty database <c>vectors</c>.</summary>
    public string ConnectionString =>
        $"Host=127.0.0.1;Port={_port};Username=embedplatform;Password={_password};Database=vectors;Include Error Detail=true";

    /// <summary>Starts the server and returns when it accepts connections.</summary>
    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsWindows())
        {
            // The server runs as another user when the tests run as root.
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        }

        var passwordFile = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(passwordFile, _password);
        await StartAsync();
    }

    /// <summary>Starts the server again on the same data and port.</summary>
    public async Task StartAsync()
    {
        _server = GuardedProcess.Start(
            Repository.PathOf("eng", "native", "postgres.sh"),
            "--data",
            Path.Combine(_folder, "data"),
            "--port",
            $"{_port}",
            "--password-file",
            Path.Combine(_folder, "password")
        );
        await Listening.WaitAsync(_port, _server);
    }

    /// <summary>Stops the server and keeps its data.</summary>
    public async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }

    /// <summary>
    /// Ends the server as a power failure would: SIGKILL to the postmaster and all its children. Its data stays as it is.
    /// </summary>
    public async Task KillAsync()
    {
        var postmaster = int.Parse(
            (await File.ReadAllLinesAsync(Path.Combine(_folder, "data", "postmaster.pid")))[0],
            System.Globalization.CultureInfo.InvariantCulture
        );
        foreach (var process in (int[])[postmaster, .. Processes.Descendants(postmaster).Select(child => child.Id)])
        {
            try
            {
                using var running = System.Diagnostics.Process.GetProcessById(process);
                running.Kill();
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                // It ended by itself meanwhile.
            }
        }

        await StopAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
