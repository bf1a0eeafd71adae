using System.Net.Sockets;
using Xunit;

namespace EmbedPlatform.TestKit;

/// <summary>A server of the test's own that a script of eng/native runs, with its data in a temporary folder, on a free port.</summary>
public abstract class NativeServer(string script) : IAsyncLifetime
{
    private RunningProgram? _server;

    /// <summary>The folder of its data.</summary>
    protected TemporaryFolder Folder { get; } = new();

    /// <summary>The port that it listens on.</summary>
    protected int Port { get; } = FreePort.Next();

    /// <summary>Starts the server and returns when it accepts connections.</summary>
    public virtual async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Starts the server, again on the same data and port.</summary>
    public async Task StartAsync()
    {
        _server = new RunningProgram(
            Repository.PathOf("eng", "native", script),
            ["--data", Folder["data"], "--port", $"{Port}", .. Options()]
        );
        await _server.ReadyAsync(IsListeningAsync);
    }

    /// <summary>Stops the server and keeps its data.</summary>
    public async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.TerminateAsync();
            await _server.EndedAsync();
            await _server.DisposeAsync();
            _server = null;
        }
    }

    /// <summary>Sends a signal to the server, or to the script that runs it.</summary>
    public Task SignalAsync(string signal) => Processes.SignalAsync(signal, _server!.Id);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync();
        Folder.Dispose();
    }

    /// <summary>What the script is given beside the data and the port.</summary>
    protected virtual IEnumerable<string> Options() => [];

    private async Task<bool> IsListeningAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
