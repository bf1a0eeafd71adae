using System.Diagnostics;

namespace Aspire.Hosting.Execution;

/// <summary>What is started for a resource.</summary>
internal sealed record LaunchSpec(string Command, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment);

/// <summary>A process under guard.sh: it ends when its standard input closes, whatever closed it, so it never outlives this one.</summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    private static readonly TimeSpan GuardPatience = TimeSpan.FromSeconds(12);

    // Set for this process by its own launcher; a child that took them would listen where it must not.
    private static readonly string[] NotInherited =
        ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "HTTP_PORTS", "HTTPS_PORTS", "URLS", "DOTNET_LAUNCH_PROFILE"];

    private readonly Process _process;
    private readonly Task _pumps;

    private GuardedProcess(Process process, Action<string> log)
    {
        _process = process;
        _pumps = Task.WhenAll(PumpAsync(process.StandardOutput, log), PumpAsync(process.StandardError, log));
    }

    public int Id => _process.Id;

    public static GuardedProcess Start(LaunchSpec spec, Action<string> log)
    {
        var start = new ProcessStartInfo("bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = spec.WorkingDirectory,
        };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "guard.sh"), "--owner-stops", spec.Command, .. spec.Arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in NotInherited)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        return new GuardedProcess(Process.Start(start)!, log);
    }

    /// <summary>Waits until the process has ended and returns its exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks the process to end, and ends it where it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(GuardPatience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Task.WhenAny(_pumps, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
        _process.Dispose();
    }

    private static async Task PumpAsync(StreamReader output, Action<string> log)
    {
        try
        {
            while (await output.ReadLineAsync() is { } line)
            {
                log(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The pipe went with its process.
        }
    }
}
