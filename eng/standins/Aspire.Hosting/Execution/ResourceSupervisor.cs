using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Execution;

/// <summary>Keeps one resource running: waits for what it waits for, starts it, watches its health, starts it again when it ends.</summary>
internal sealed class ResourceSupervisor(
    IResource resource, Launch launch, ResourceNotificationService notifications, HealthCheckService health, IResourceLog log, ILogger logger) : IAsyncDisposable
{
    private const int FailuresBeforeGivingUp = 5;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PollUntilHealthy = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan PollWhileHealthy = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<string> _checks = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key)];
    private Task _running = Task.CompletedTask;
    private bool _wasHealthy;
    private bool _everHealthy;

    public IResource Resource => resource;

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Ends the process and returns when it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    private async Task RunAsync()
    {
        try
        {
            await PublishAsync(KnownResourceStates.Waiting);
            await DependenciesAsync();
            await KeepRunningAsync();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            await PublishAsync(KnownResourceStates.Finished);
        }
        catch (Exception e)
        {
            await FailAsync(e.Message);
        }
    }

    private async Task DependenciesAsync()
    {
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
        {
            if (wait.WaitType == WaitType.WaitUntilStarted)
            {
                await notifications.WaitForResourceAsync(wait.Resource.Name, KnownResourceStates.Running, _stopping.Token);
            }
            else
            {
                await notifications.WaitForResourceHealthyAsync(wait.Resource.Name, wait.WaitBehavior ?? WaitBehavior.StopOnResourceUnavailable, _stopping.Token);
            }
        }
    }

    private async Task KeepRunningAsync()
    {
        var backoff = FirstBackoff;
        for (var failures = 1; ; failures++)
        {
            _wasHealthy = false;
            var code = await RunOnceAsync();
            if (_wasHealthy)
            {
                (failures, backoff) = (0, FirstBackoff);
                _everHealthy = true;
            }

            if (!_everHealthy && failures == FailuresBeforeGivingUp)
            {
                var tail = string.Concat(log.Tail(resource.Name).TakeLast(10).Select(line => Environment.NewLine + line));
                await FailAsync($"{resource.Name} ended {failures} times before it was healthy, last with exit code {code}{tail}", code);
                return;
            }

            logger.LogWarning("{Resource} ended with exit code {Code}; it starts again in {Seconds:0.0} s", resource.Name, code, backoff.TotalSeconds);
            await PublishAsync(KnownResourceStates.Starting, exitCode: code);
            await Task.Delay(backoff, _stopping.Token);
            backoff = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, LongestBackoff.Ticks));
        }
    }

    private async Task<int> RunOnceAsync()
    {
        await PublishAsync(KnownResourceStates.Starting);
        var spec = await launch.PrepareAsync(resource, _stopping.Token);
        _stopping.Token.ThrowIfCancellationRequested();
        await using var process = GuardedProcess.Start(spec, line => log.Write(resource.Name, line));
        await PublishAsync(KnownResourceStates.Running, process.Id, health: _checks.Count == 0 ? HealthStatus.Healthy : HealthStatus.Unhealthy);
        _wasHealthy = _checks.Count == 0 && _everHealthy;

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var watch = WatchHealthAsync(process.Id, ended.Token);
        try
        {
            return await process.ExitAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            await PublishAsync(KnownResourceStates.Stopping, process.Id);
            throw;
        }
        finally
        {
            await ended.CancelAsync();
            await watch;
        }
    }

    private async Task WatchHealthAsync(int pid, CancellationToken ended)
    {
        var last = HealthStatus.Unhealthy;
        try
        {
            while (_checks.Count > 0)
            {
                var report = await health.CheckHealthAsync(check => _checks.Contains(check.Name), ended);
                if (report.Status != last)
                {
                    last = report.Status;
                    logger.LogInformation("{Resource} is {Health}", resource.Name, last);
                    await PublishAsync(KnownResourceStates.Running, pid, health: last);
                }

                _wasHealthy |= last == HealthStatus.Healthy;
                await Task.Delay(last == HealthStatus.Healthy ? PollWhileHealthy : PollUntilHealthy, ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
    }

    private async Task FailAsync(string reason, int? exitCode = null)
    {
        logger.LogError("{Resource} does not start: {Reason}", resource.Name, reason);
        await notifications.PublishUpdateAsync(
            resource, before => before with { State = KnownResourceStates.FailedToStart, ExitCode = exitCode, HealthStatus = null, FailureReason = reason });
    }

    private Task PublishAsync(string state, int? pid = null, int? exitCode = null, HealthStatus? health = null) =>
        notifications.PublishUpdateAsync(resource, before => before with
        {
            State = state,
            ExitCode = exitCode,
            HealthStatus = health,
            StartTimeStamp = pid is null ? before.StartTimeStamp : DateTime.UtcNow,
            Properties = pid is { } id ? [new("executable.pid", id.ToString(CultureInfo.InvariantCulture))] : [],
        });
}
