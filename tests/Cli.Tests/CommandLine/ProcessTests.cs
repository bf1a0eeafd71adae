using System.Diagnostics;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.CommandLine;

/// <summary>The program itself, as a shell runs it.</summary>
[Trait("Needs", "processes")]
public sealed class ProcessTests
{
    private const int HangUp = 1;
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Results_and_errors_go_to_their_own_streams_and_the_exit_code_tells()
    {
        using var program = Start("search", "words");

        program.StandardInput.Close();
        var output = program.StandardOutput.ReadToEndAsync(Cancelled);
        var error = await program.StandardError.ReadToEndAsync(Cancelled);
        await program.WaitForExitAsync(Cancelled);

        Assert.Equal(2, program.ExitCode);
        Assert.Empty(await output);
        Assert.Contains("--collection", error);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_a_command_that_waits_for_input(string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals");
        using var program = Start("embed", "--embed-url", $"http://127.0.0.1:{FreePort.Next()}");
        // Its input stays open without data. A shell that runs the tests in the background, like nohup, makes them ignore SIGINT.
        Assert.False(await IsEndedAsync(program));
        Assert.SkipWhen(signal == "INT" && HasSignal(program.Id, "SigIgn", Interrupt), "SIGINT is ignored in this environment");

        using (var kill = Process.Start("kill", [$"-{signal}", $"{program.Id}"]))
        {
            await kill.WaitForExitAsync(Cancelled);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await program.WaitForExitAsync(patience.Token);
        Assert.Equal(exitCode, program.ExitCode);
    }

    /// <summary>Waits until the program has set its signal handlers; a signal ignored from the start, as nohup does, gets none.</summary>
    private static async Task<bool> IsEndedAsync(Process program)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!program.HasExited && !IsListening(program.Id))
        {
            await Task.Delay(50, patience.Token);
        }

        return program.HasExited;
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

    private static Process Start(params string[] args) =>
        Process.Start(
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "embedctl.dll"), .. args])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
}
