using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.ServiceDefaults.Hosting;

internal sealed partial class StartupLoader<T>(
    string name,
    Func<IServiceProvider, CancellationToken, Task<T>> load,
    IServiceProvider services,
    StartupValue<T> loaded,
    IHostApplicationLifetime lifetime,
    ILogger<StartupLoader<T>> logger
) : BackgroundService
    where T : class
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            // Loading may be synchronous, and must not delay the server.
            loaded.Set(await Task.Run(() => load(services, stoppingToken), stoppingToken));
            LogLoaded(name, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
        catch (Exception failure)
        {
            LogFailed(name, failure.Message.ReplaceLineEndings(" "));
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(LogLevel.Information, "Loaded the {Name} in {Milliseconds:F0} ms")]
    private partial void LogLoaded(string name, double milliseconds);

    [LoggerMessage(LogLevel.Critical, "The {Name} cannot be loaded: {Reason}")]
    private partial void LogFailed(string name, string reason);
}
