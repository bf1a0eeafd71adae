using System.Runtime.InteropServices;

namespace EmbedPlatform.Cli.CommandLine;

/// <summary>Handles Ctrl-C and similar signals: the first cancels, the second exits at once.</summary>
internal sealed class SignalHandler : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource<int> _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];

    public SignalHandler()
    {
        Register(PosixSignal.SIGINT, 130);
        Register(PosixSignal.SIGTERM, 143);
        Register(PosixSignal.SIGHUP, 129);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Completes at the first signal with its exit code.</summary>
    public Task<int> Requested => _requested.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _cancellation.Dispose();
    }

    private void Register(PosixSignal signal, int exitCode) =>
        _registrations.Add(
            PosixSignalRegistration.Create(
                signal,
                context =>
                {
                    context.Cancel = true;
                    if (!_requested.TrySetResult(exitCode))
                    {
                        Environment.Exit(exitCode);
                    }

                    _cancellation.Cancel();
                }
            )
        );
}
