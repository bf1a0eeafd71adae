using System.Diagnostics;
using EmbedPlatform.TestSupport;

namespace EmbedPlatform.Cli.Tests.CommandLine;

/// <summary>The program itself, as a shell runs it.</summary>
public sealed class ProcessTests
{
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
        // It says so when it listens to signals; its input stays open and silent.
        Assert.False(await IsEndedAsync(program));

        using (var kill = Process.Start("kill", [$"-{signal}", $"{program.Id}"]))
        {
            await kill.WaitForExitAsync(Cancelled);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await program.WaitForExitAsync(patience.Token);
        Assert.Equal(exitCode, program.ExitCode);
    }

    /// <summary>Waits until the program reads its input: its runtime has started and its signal handlers are set.</summary>
    private static async Task<bool> IsEndedAsync(Process program)
    {
        var listening = false;
        while (!program.HasExited && !listening)
        {
            await Task.Delay(50, Cancelled);
            listening = IsCatching(program.Id, signal: 1);
        }

        return program.HasExited;
    }

    /// <summary>Whether a process handles a signal: the mask of caught signals in /proc.</summary>
    private static bool IsCatching(int pid, int signal)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
        var caught = Convert.ToUInt64(line["SigCgt:".Length..].Trim(), 16);
        return (caught >> (signal - 1) & 1) == 1;
    }

    private static Process Start(params string[] args) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "embedctl.dll"), .. args])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
