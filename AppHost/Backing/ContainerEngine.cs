using System.ComponentModel;
using System.Diagnostics;

namespace EmbedPlatform.AppHost.Backing;

/// <summary>Detects a container engine on this machine.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Whether Docker or Podman runs.</summary>
    public static async Task<bool> IsRunningAsync() => await IsRunningAsync("docker") || await IsRunningAsync("podman");

    /// <summary>Whether one of them runs.</summary>
    internal static async Task<bool> IsRunningAsync(string engine)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(engine, "info") { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            try
            {
                await Task.WhenAll(
                    process.StandardOutput.ReadToEndAsync(timeout.Token),
                    process.StandardError.ReadToEndAsync(timeout.Token)
                );
                await process.WaitForExitAsync(timeout.Token);
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            // Not installed.
            return false;
        }
    }
}
