using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>A platform that lives as long as one command.</summary>
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

    /// <summary>Where it listens.</summary>
    public Endpoints Endpoints { get; private set; } = Endpoints.None;

    /// <summary>The process above all of its services.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Builds and starts the AppHost and waits until every service is healthy.</summary>
    /// <param name="folder">Where its state lies.</param>
    /// <param name="terminal">Where to say what goes on.</param>
    /// <param name="cancellationToken">Gives up and ends what was started.</param>
    /// <exception cref="CommandException">It did not build, ended early or did not become healthy.</exception>
    public static async Task<StartedPlatform> StartAsync(PlatformFolder folder, Terminal terminal, CancellationToken cancellationToken)
    {
        var root = SourceTree.Require("--start");
        terminal.Say("building what changed of the platform");
        var program = await AppHostBuild.EnsureAsync(root, cancellationToken);
        await WaitForEarlierOneAsync(folder, cancellationToken);
        folder.Create();
        var watch = Stopwatch.StartNew();
        terminal.Say($"starting the platform, log: {folder.LogFile}");
        var started = new StartedPlatform(
            AppHostProcess.Start(root, program, folder.Path, folder.LogFile, folder.Options),
            folder,
            terminal
        );
        try
        {
            await started.WaitUntilHealthyAsync(cancellationToken);
            terminal.Say($"the platform runs after {watch.Elapsed.TotalSeconds:0.0} s");
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the platform ends although nobody asked it to.</summary>
    /// <exception cref="CommandException">It ended.</exception>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        throw new CommandException($"the platform ended: {_process.Complaint} (log: {_process.LogFile})");
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
            _terminal.Say($"embedctl: {_folder.Path} could not be removed: {exception.Message}");
        }

        CleanUp.End();
    }

    /// <summary>One that was just killed needs a moment to end its services; another one that runs is no place for a second.</summary>
    private static async Task WaitForEarlierOneAsync(PlatformFolder folder, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (EndpointsFile.Read(EndpointsFile.PathIn(folder.Path)) is { } running)
        {
            if (watch.Elapsed > EndTime)
            {
                throw new CommandException(
                    $"a platform that is not healthy already runs on {folder.Path} (search: {running.Search}); end it first"
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
                throw new CommandException($"the platform did not start: {_process.Complaint} (log: {_process.LogFile})");
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

        throw new CommandException($"the platform was not healthy after {StartTime.TotalMinutes:0} minutes (log: {_process.LogFile})");
    }
}
