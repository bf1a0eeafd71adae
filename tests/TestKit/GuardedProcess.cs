using System.Diagnostics;
using System.Text;

namespace EmbedPlatform.TestKit;

/// <summary>
/// A process of a test that ends with it, also when the test run is killed: eng/native/guard.sh ends it when its input closes.
/// </summary>
public sealed class GuardedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private GuardedProcess(Process process) => _process = process;

    /// <summary>What the process has printed so far, for the message of a failing test.</summary>
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

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    public static GuardedProcess Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[Repository.PathOf("eng", "native", "guard.sh"), program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        var guarded = new GuardedProcess(Process.Start(start)!);
        guarded._process.OutputDataReceived += (_, line) => guarded.Append(line.Data);
        guarded._process.ErrorDataReceived += (_, line) => guarded.Append(line.Data);
        guarded._process.BeginOutputReadLine();
        guarded._process.BeginErrorReadLine();
        return guarded;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
