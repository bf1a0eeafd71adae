using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>
/// A running AppHost whose life hangs on this process: it runs under a guard that ends its whole process group as soon as
/// the guard's standard input closes, which the operating system does even when this process is killed.
/// </summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int GraceSeconds = 10;
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(GraceSeconds + 2);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Task _copying;
    private bool _complained;

    private AppHostProcess(Process process, string logFile)
    {
        _process = process;
        LogFile = logFile;
        _log = new StreamWriter(logFile) { AutoFlush = true };
        _copying = Task.WhenAll(CopyAsync(process.StandardOutput), CopyAsync(process.StandardError));
    }

    /// <summary>Where its output goes.</summary>
    public string LogFile { get; }

    /// <summary>The guard's number, below which all else runs.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last complaint of the AppHost itself, else the last line that it or one of its services wrote.</summary>
    public string Complaint { get; private set; } = "it wrote nothing";

    /// <summary>Starts it.</summary>
    /// <param name="root">The checkout's root.</param>
    /// <param name="program">The AppHost's program.</param>
    /// <param name="dataFolder">Where its state lies.</param>
    /// <param name="logFile">Where its output goes.</param>
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

    /// <summary>Completes when it has ended by itself.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Ends it: first by asking, then with its whole tree.</summary>
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

        // A grandchild that survived could hold the pipes open for ever.
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
            Complaint = line[own.Length..];
            _complained = true;
        }
        else if (line.Length > 0 && !_complained)
        {
            Complaint = line;
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
            // The platform was ended while it still wrote.
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
