using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.AppHost;

/// <summary>Starts a service or server again whose process ended by itself: Aspire shows it as finished and leaves it at that.</summary>
internal sealed class Restarts(DistributedApplicationModel model, ResourceNotificationService notifications, ResourceCommandService commands, ILogger<Restarts> logger)
    : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<string, (int Count, DateTimeOffset Last)> _ended = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wanted = model.Resources.Where(resource => resource is ProjectResource or ExecutableResource).Select(resource => resource.Name).ToHashSet();
        var seen = new Dictionary<string, string?>();
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            var state = change.Snapshot.State?.Text;
            var before = seen.GetValueOrDefault(change.ResourceId);
            seen[change.ResourceId] = state;
            // A stop that the user asks for ends with 0 or by a signal that the service obeys (143).
            if (state == before || !wanted.Contains(change.Resource.Name) || !(state == KnownResourceStates.Finished || state == KnownResourceStates.Exited) || before == KnownResourceStates.Stopping)
            {
                continue;
            }

            var (count, last) = _ended.GetValueOrDefault(change.ResourceId);
            count = DateTimeOffset.UtcNow - last > TimeSpan.FromMinutes(1) ? 0 : count + 1;
            _ended[change.ResourceId] = (count, DateTimeOffset.UtcNow);
            var pause = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(count, 10)));
            logger.LogWarning("{Resource} ended (was {Before}, now {State}) with {Code}: it starts again", change.Resource.Name, before, state, change.Snapshot.ExitCode);
            _ = Task.Run(async () =>
            {
                await Task.Delay(pause, stoppingToken);
                var result = await commands.ExecuteCommandAsync(change.ResourceId, KnownResourceCommands.StartCommand, stoppingToken);
                logger.LogWarning("{Resource} start: {Success} {Message}", change.Resource.Name, result.Success, result.Message);
            }, stoppingToken);
        }
    }
}
