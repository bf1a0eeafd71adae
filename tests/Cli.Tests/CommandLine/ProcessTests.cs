using CliWrap;
using CliWrap.Buffered;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.CommandLine;

/// <summary>The program itself, as a shell runs it.</summary>
[Trait("Needs", "processes")]
public sealed class ProcessTests
{
    private const int HangUp = 1;
    private const int Interrupt = 2;
    private const int Terminate = 15;

    [Fact]
    public async Task Results_and_errors_go_to_their_own_streams_and_the_exit_code_tells()
    {
        var (code, output, error) = await Run(PipeSource.Null, "search", "words");

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains("--collection", error);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_a_command_that_waits_for_input(string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        // Its input stays open without data.
        var input = PipeSource.Create((_, ended) => Task.Delay(Timeout.Infinite, ended));
        var program = Run(input, "embed", "--embed-url", $"http://127.0.0.1:{FreePort.Next()}");
        // A signal before the program has set its handlers would end it as any other program.
        await Eventually.TrueAsync(
            () => program.Task.IsCompleted ? throw new InvalidOperationException("it ended by itself") : IsListening(program.ProcessId),
            "the program handles signals"
        );
        // A shell that runs the tests in the background, like nohup, makes them ignore SIGINT.
        Assert.SkipWhen(signal == "INT" && HasSignal(program.ProcessId, "SigIgn", Interrupt), "SIGINT is ignored in this environment");

        await Processes.SignalAsync(signal, program.ProcessId);

        Assert.Equal(exitCode, (await program).ExitCode);
    }

    /// <summary>The runtime handles SIGTERM from its start; SIGHUP only where the program asks for it.</summary>
    private static bool IsListening(int pid) =>
        HasSignal(pid, "SigCgt", HangUp) || (HasSignal(pid, "SigIgn", HangUp) && HasSignal(pid, "SigCgt", Terminate));

    /// <summary>Whether a signal is in a mask of a process, as /proc gives it.</summary>
    private static bool HasSignal(int pid, string mask, int signal)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith($"{mask}:", StringComparison.Ordinal));
        return (Convert.ToUInt64(line[(mask.Length + 1)..].Trim(), 16) >> (signal - 1) & 1) == 1;
    }

    private static CommandTask<BufferedCommandResult> Run(PipeSource input, params string[] args) =>
        Programs.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "embedctl.dll"), .. args],
            command => command.WithStandardInputPipe(input)
        );
}
