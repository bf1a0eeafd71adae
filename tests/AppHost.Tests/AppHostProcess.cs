using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>The AppHost as a program of its own, as a user starts it.</summary>
internal sealed class AppHostProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppHostProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, line) => Heard(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Everything printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static AppHostProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    public static AppHostProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        // The program that a user starts, built as these tests are.
        var build = Path.GetRelativePath(Repository.PathOf("tests", "AppHost.Tests"), AppContext.BaseDirectory);
        var start = new ProcessStartInfo("dotnet", [Repository.PathOf("AppHost", build, "EmbedPlatform.AppHost.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the test runner was given is not what a user's shell gives.
        start.Environment.Remove("ASPNETCORE_URLS");
        // A test that is about it says so: --Dashboard true.
        start.Environment["Dashboard"] = "false";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new AppHostProcess(Process.Start(start)!);
    }

    /// <summary>Waits until it says that everything is ready.</summary>
    public async Task ReadyAsync()
    {
        var ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(_ready.Task, ended, Task.Delay(RunningPlatform.Patience)) != _ready.Task)
        {
            throw new InvalidOperationException($"The AppHost is not ready: {Output}");
        }
    }

    /// <summary>Waits until it ends and returns its exit code.</summary>
    public async Task<int> EndedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(RunningPlatform.Patience);
        return _process.ExitCode;
    }

    public void Kill() => _process.Kill();

    /// <summary>Asks it to end, as a service manager does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line.StartsWith("ready: rerank", StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }
}
