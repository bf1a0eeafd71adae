using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>
/// A running AppHost that cannot outlive this process: it runs under a guard that ends its process group as soon as the guard's standard
/// input closes, which happens even when this process is killed.
/// </summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int GraceSeconds = 10;
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(GraceSeconds + 2);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Task _copying;
    private bool _hasError;

    private AppHostProcess(Process process, string logFile)
    {
        _process = process;
        LogFile = logFile;
        _log = new StreamWriter(logFile) { AutoFlush = true };
        _copying = Task.WhenAll(CopyAsync(process.StandardOutput), CopyAsync(process.StandardError));
    }

    /// <summary>The file with its output.</summary>
    public string LogFile { get; }

    /// <summary>The guard's process id, the ancestor of all services.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last error of the AppHost, else the last line of output.</summary>
    public string LastError { get; private set; } = "it wrote no output";

    /// <summary>Starts it.</summary>
    /// <param name="root">The checkout's root.</param>
    /// <param name="program">The AppHost's program.</param>
    /// <param name="dataFolder">The platform's data folder.</param>
    /// <param name="logFile">The file with its output.</param>
    /// <param name="options">Further arguments.</param>
    public static AppHostProcess Start(string root, string program, string dataFolder, string logFile, IEnumerable<string> options)
    {
        var start = new ProcessStartInfo(
            "bash",
            [Path.Combine(root, "eng", "native", "guard.sh"), "--owner-stops", "dotnet", program, $"--DataFolder={dataFolder}", .. options]
        )
        {
            WorkingDirectory = root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GUARD_GRACE_SECONDS"] = $"{GraceSeconds}";
        return new AppHostProcess(Process.Start(start)!, logFile);
    }

    /// <summary>Completes when the AppHost has exited.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Stops it with SIGTERM, then kills its process tree.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, SigTerm);
            if (!await EndsWithinAsync(StopTime))
            {
                _process.StandardInput.Close();
                if (!await EndsWithinAsync(TimeSpan.FromSeconds(2)))
                {
                    _process.Kill(entireProcessTree: true);
                }
            }
        }

        // A surviving grandchild could keep the pipes open forever.
        await Task.WhenAny(_copying, Task.Delay(TimeSpan.FromSeconds(2)));
        await _log.DisposeAsync();
        _process.Dispose();
    }

    private async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        using var timeout = new CancellationTokenSource(time);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Remember(string line)
    {
        const string own = "AppHost: ";
        if (line.StartsWith(own, StringComparison.Ordinal))
        {
            LastError = line[own.Length..];
            _hasError = true;
        }
        else if (line.Length > 0 && !_hasError)
        {
            LastError = line;
        }
    }

    private async Task CopyAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (_log)
                {
                    _log.WriteLine(line);
                    Remember(line.Trim());
                }
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException or IOException)
        {
            // The platform was stopped while it was writing.
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
