using System.Text;
using CliWrap;

namespace EmbedPlatform.TestKit;

/// <summary>
/// A program that runs until it is disposed, which kills it and its children. It also ends with the test run, even when that is killed.
/// </summary>
public class RunningProgram : IAsyncDisposable
{
    // CliWrap cannot end a program whose parent was killed, so the program has a lifeline: a watcher outside of its process tree reads
    // the standard input, which closes with the test run. The program replaces the shell: its id, signals and exit code are its own.
    private const string Lifeline =
        "exec 3<&0; ({ cat <&3; kill -TERM $$ && sleep 6 && kill -KILL $$; } >/dev/null 2>&1 &); exec \"$@\" 3<&- </dev/null";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly StringBuilder _output = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly CommandTask<CommandResult> _run;

    /// <summary>Starts a program.</summary>
    public RunningProgram(string program, IEnumerable<string> arguments, Func<Command, Command>? with = null)
    {
        var output = PipeTarget.ToDelegate(Append);
        var command = new Command("bash")
            .WithArguments(["-c", Lifeline, "bash", program, .. arguments])
            .WithStandardInputPipe(PipeSource.Create((_, ended) => Task.Delay(Timeout.Infinite, ended)))
            .WithStandardOutputPipe(output)
            .WithStandardErrorPipe(output)
            .WithValidation(CommandResultValidation.None);
        _run = (with?.Invoke(command) ?? command).ExecuteAsync(_kill.Token);
    }

    /// <summary>The process id.</summary>
    public int Id => _run.ProcessId;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _run.Task.IsCompleted;

    /// <summary>Its standard output and standard error so far.</summary>
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

    /// <summary>Waits until it is ready; fails with its output when it ends before.</summary>
    public async Task ReadyAsync(Func<Task<bool>> isReady)
    {
        try
        {
            await Eventually.TrueAsync(
                () => HasExited ? throw new InvalidOperationException($"It ended before it was ready: {Output}") : isReady(),
                () => $"it is ready: {Output}"
            );
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it ends and returns its exit code.</summary>
    public async Task<int> EndedAsync() => (await _run.Task.WaitAsync(Patience)).ExitCode;

    /// <summary>Asks it to end, as a service manager does.</summary>
    public Task TerminateAsync() => Processes.SignalAsync("TERM", Id);

    /// <summary>Ends it, but not its children, as a power failure would: SIGKILL.</summary>
    public async Task KillAsync()
    {
        await Processes.SignalAsync("KILL", Id);
        await EndedAsync();
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _kill.CancelAsync();
        await ((Task)_run.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Append(string line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
