using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>A platform that lives as long as one command.</summary>
internal sealed class StartedPlatform : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(4);

    private readonly AppHostProcess _process;
    private readonly string? _ownDataFolder;
    private readonly Terminal _terminal;

    private StartedPlatform(AppHostProcess process, string? ownDataFolder, Terminal terminal)
    {
        _process = process;
        _ownDataFolder = ownDataFolder;
        _terminal = terminal;
        CleanUp.Begin();
    }

    /// <summary>Where it listens.</summary>
    public Endpoints Endpoints { get; private set; } = Endpoints.None;

    /// <summary>Builds and starts the AppHost and waits until every service is healthy.</summary>
    /// <param name="dataFolder">Where its state lies; null: in a new folder that is removed at the end.</param>
    /// <param name="terminal">Where to say what goes on.</param>
    /// <param name="cancellationToken">Gives up and ends what was started.</param>
    /// <exception cref="CommandException">It did not build, ended early or did not become healthy.</exception>
    public static async Task<StartedPlatform> StartAsync(string? dataFolder, Terminal terminal, CancellationToken cancellationToken)
    {
        var root = SourceTree.Require("--start");
        var own = dataFolder is null ? Path.Combine(SourceTree.DefaultDataFolder, "cli", Guid.NewGuid().ToString("n")[..8]) : null;
        var folder = Path.GetFullPath(dataFolder ?? own!);
        if (EndpointsFile.Read(EndpointsFile.PathIn(folder)) is { Search: { } running })
        {
            throw new CommandException($"a platform already runs on {folder} (search: {running}); leave --start out to use it");
        }

        Directory.CreateDirectory(folder);
        var watch = Stopwatch.StartNew();
        terminal.Say("building the platform ...");
        var program = await AppHostBuild.EnsureAsync(root, cancellationToken);
        var log = folder.TrimEnd('/') + ".log";
        terminal.Say($"starting the platform, log: {Path.GetRelativePath(Environment.CurrentDirectory, log)}");
        var started = new StartedPlatform(AppHostProcess.Start(root, program, folder, log), own, terminal);
        try
        {
            await started.WaitUntilHealthyAsync(folder, cancellationToken);
            terminal.Say($"the platform runs after {watch.Elapsed.TotalSeconds:0.0} s, search: {started.Endpoints.Search}");
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (_ownDataFolder is not null)
        {
            RemoveDataFolder(_ownDataFolder);
        }

        CleanUp.End();
    }

    private async Task WaitUntilHealthyAsync(string dataFolder, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < StartTime)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_process.HasExited)
            {
                throw new CommandException($"the platform did not start: {_process.LastLine} (log: {_process.LogFile})");
            }

            if (EndpointsFile.Read(EndpointsFile.PathIn(dataFolder)) is { } endpoints && await AreHealthyAsync(http, endpoints, cancellationToken))
            {
                Endpoints = endpoints;
                return;
            }

            await Task.Delay(200, cancellationToken);
        }

        throw new CommandException($"the platform was not healthy after {StartTime.TotalMinutes:0} minutes (log: {_process.LogFile})");
    }

    private static async Task<bool> AreHealthyAsync(HttpClient http, Endpoints endpoints, CancellationToken cancellationToken)
    {
        foreach (var (_, address) in endpoints.All)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(address!, "/health"), cancellationToken);
                if (!answer.IsSuccessStatusCode)
                {
                    return false;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or ArgumentNullException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return false;
            }
        }

        return true;
    }

    private void RemoveDataFolder(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _terminal.Say($"embedctl: {folder} could not be removed: {exception.Message}");
        }
    }
}
