using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>A platform that runs as long as one command.</summary>
internal sealed class StartedPlatform : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly AppHostProcess _process;
    private readonly PlatformFolder _folder;
    private readonly Terminal _terminal;

    private StartedPlatform(AppHostProcess process, PlatformFolder folder, Terminal terminal)
    {
        _process = process;
        _folder = folder;
        _terminal = terminal;
        CleanUp.Begin();
    }

    /// <summary>Its addresses.</summary>
    public Endpoints Endpoints { get; private set; } = Endpoints.None;

    /// <summary>The ancestor of all its processes.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Builds and starts the AppHost and waits until every service is healthy.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="terminal">Where progress goes.</param>
    /// <param name="cancellationToken">Stops the start and what was started.</param>
    /// <exception cref="CommandException">It did not build, exited early or did not become healthy.</exception>
    public static async Task<StartedPlatform> StartAsync(PlatformFolder folder, Terminal terminal, CancellationToken cancellationToken)
    {
        var root = SourceTree.Require("--start");
        terminal.WriteErrorLine("building the platform if sources have changed");
        var program = await ProjectBuild.EnsureAsync(root, "AppHost", "EmbedPlatform.AppHost", cancellationToken);
        await WaitForEarlierOneAsync(folder, cancellationToken);
        folder.Create();
        var watch = Stopwatch.StartNew();
        terminal.WriteErrorLine($"starting the platform, log: {folder.LogFile}");
        var started = new StartedPlatform(
            AppHostProcess.Start(root, program, folder.Path, folder.LogFile, folder.Options),
            folder,
            terminal
        );
        try
        {
            await started.WaitUntilHealthyAsync(cancellationToken);
            terminal.WriteErrorLine($"the platform is healthy after {watch.Elapsed.TotalSeconds:0.0} s");
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the platform exits unexpectedly.</summary>
    /// <exception cref="CommandException">It exited.</exception>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        throw new CommandException($"the platform exited: {_process.LastError} (log: {_process.LogFile})");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        try
        {
            _folder.Clear(keepLog: Endpoints == Endpoints.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _terminal.WriteErrorLine($"embedctl: cannot delete {_folder.Path}: {exception.Message}");
        }

        CleanUp.End();
    }

    /// <summary>A platform that was just killed needs a moment to stop its services; two platforms cannot share a data folder.</summary>
    private static async Task WaitForEarlierOneAsync(PlatformFolder folder, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (EndpointsFile.Read(EndpointsFile.PathIn(folder.Path)) is { } running)
        {
            if (watch.Elapsed > EndTime)
            {
                throw new CommandException(
                    $"an unhealthy platform already runs on {folder.Path} (search: {running.Search}): stop it first"
                );
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private async Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < StartTime)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_process.HasExited)
            {
                throw new CommandException($"the platform did not start: {_process.LastError} (log: {_process.LogFile})");
            }

            if (
                EndpointsFile.Read(EndpointsFile.PathIn(_folder.Path)) is { } endpoints
                && await PlatformHealth.IsHealthyAsync(endpoints, cancellationToken)
            )
            {
                Endpoints = endpoints;
                return;
            }

            await Task.Delay(PollInterval, cancellationToken);
        }

        throw new CommandException(
            $"the platform did not become healthy within {StartTime.TotalMinutes:0} minutes (log: {_process.LogFile})"
        );
    }
}
