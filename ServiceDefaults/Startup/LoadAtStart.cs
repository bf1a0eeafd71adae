using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.ServiceDefaults.Startup;

internal sealed partial class LoadAtStart<T>(
    string name,
    Func<IServiceProvider, CancellationToken, Task<T>> load,
    IServiceProvider services,
    Loaded<T> loaded,
    IHostApplicationLifetime lifetime,
    ILogger<LoadAtStart<T>> logger) : BackgroundService
    where T : class
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            // Loading may well be synchronous, and the server must not wait for it.
            loaded.Set(await Task.Run(() => load(services, stoppingToken), stoppingToken));
            LogLoaded(name, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            LogFailed(name, failure.Message.ReplaceLineEndings(" "));
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(LogLevel.Information, "The {Name} is loaded ({Milliseconds:F0} ms)")]
    private partial void LogLoaded(string name, double milliseconds);

    [LoggerMessage(LogLevel.Critical, "The {Name} cannot be loaded: {Reason}")]
    private partial void LogFailed(string name, string reason);
}
