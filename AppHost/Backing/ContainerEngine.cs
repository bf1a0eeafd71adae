using System.ComponentModel;
using CliWrap;

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
            var info = await new Command(engine)
                .WithArguments("info")
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(timeout.Token);
            return info.IsSuccess;
        }
        catch (Exception absent) when (absent is Win32Exception or OperationCanceledException)
        {
            // Not installed, or it hangs.
            return false;
        }
    }
}
