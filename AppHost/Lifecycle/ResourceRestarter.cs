using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.AppHost.Lifecycle;

/// <summary>
/// Restarts services and servers that exit unexpectedly, which Aspire does not do, and gives up after repeated exits. A resource that the
/// user stops stays stopped.
/// </summary>
internal sealed partial class ResourceRestarter(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    ResourceLoggerService logs,
    RestartPolicy policy,
    PlatformStart start,
    ILogger<ResourceRestarter> logger
) : BackgroundService
{
    // DCP's exit code for a process that was killed by a signal.
    private const int EndedBySignal = -1;

    // The last lines of a program's output usually show why it exited.
    private const int LastLines = 5;

    private readonly ConcurrentDictionary<string, ImmutableQueue<string>> _lastLines = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var resources = model.Resources.Where(resource => resource.HasAnnotationOfType<RestartAnnotation>()).ToHashSet();
        foreach (var resource in resources)
        {
            _ = KeepLastLinesAsync(resource, stoppingToken);
        }

        var states = new Dictionary<string, string?>();
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            var state = change.Snapshot.State?.Text;
            var before = states.GetValueOrDefault(change.ResourceId);
            if (state == before || !resources.Contains(change.Resource))
            {
                continue;
            }

            states[change.ResourceId] = state;
            if (state == KnownResourceStates.Running)
            {
                policy.Started(change.ResourceId);
            }
            else if (IsTerminal(state) && !IsTerminal(before) && before != KnownResourceStates.Stopping)
            {
                await EndedAsync(change, stoppingToken);
            }
        }
    }

    private static bool IsTerminal(string? state) => KnownResourceStates.TerminalStates.Contains(state);

    private async Task EndedAsync(ResourceEvent change, CancellationToken cancellationToken)
    {
        var name = change.Resource.Name;
        var reason = change.Snapshot.ExitCode switch
        {
            null => change.Snapshot.State!.Text,
            EndedBySignal => "killed by a signal",
            var code => $"exit code {code}",
        };
        if (policy.Ended(change.ResourceId) is { } pause)
        {
            logger.LogWarning("{Resource} exited ({Reason}); restarting in {Pause:0.0} s", name, reason, pause.TotalSeconds);
            _ = StartAsync(change.ResourceId, name, pause, cancellationToken);
            return;
        }

        var summary = $"{name} exited {RestartPolicy.Attempts} times in a row ({reason}) and stays down";
        var lines = _lastLines.GetValueOrDefault(name, []);
        logs.GetLogger(change.Resource).LogError("{Summary}", summary);
        await notifications.PublishUpdateAsync(
            change.Resource,
            change.ResourceId,
            snapshot =>
                snapshot with
                {
                    State = new ResourceStateSnapshot(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error),
                }
        );
        start.Fail(string.Join(Environment.NewLine, [summary, .. lines.Select(line => $"  {line}")]));
    }

    private async Task StartAsync(string id, string name, TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, cancellationToken);
            var result = await commands.ExecuteCommandAsync(id, KnownResourceCommands.StartCommand, cancellationToken);
            if (!result.Success)
            {
                logger.LogError("{Resource} could not be restarted: {Reason}", name, result.Message);
            }
        }
        catch (OperationCanceledException)
        {
            // The platform is stopping.
        }
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT[\d:.]+Z ")]
    private static partial Regex LeadingTime();

    [GeneratedRegex(@"^\s+at ")]
    private static partial Regex StackFrame();

    private async Task KeepLastLinesAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var batch in logs.WatchAsync(resource).WithCancellation(cancellationToken))
            {
                foreach (
                    var text in batch.Select(line => LeadingTime().Replace(line.Content, "")).Where(text => !StackFrame().IsMatch(text))
                )
                {
                    _lastLines.AddOrUpdate(
                        resource.Name,
                        _ => [text],
                        (_, lines) => lines.Count() < LastLines ? lines.Enqueue(text) : lines.Dequeue().Enqueue(text)
                    );
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The platform is stopping.
        }
    }
}
