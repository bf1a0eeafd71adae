using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace EmbedPlatform.AppHost;

/// <summary>How the start went, for the exit code.</summary>
internal sealed class Announced
{
    /// <summary>A service did not start.</summary>
    public bool Failed { get; set; }
}

/// <summary>Says when everything is healthy and where: on the console, and in endpoints.json for other programs of this machine.</summary>
internal sealed class Announcement(
    PlatformEndpoints endpoints, DataFolder data, Announced announced, ResourceNotificationService notifications, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // A killed AppHost left it.
        File.Delete(data.Endpoints);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        File.Delete(data.Endpoints);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var service in (EndpointReference[])[endpoints.Embed, endpoints.Rerank, endpoints.Search])
            {
                await notifications.WaitForResourceHealthyAsync(service.Resource.Name, stoppingToken);
            }

            var ready = new Ready(endpoints.Search.Url, endpoints.Embed.Url, endpoints.Rerank.Url, Environment.ProcessId);
            var unfinished = data.Endpoints + ".new";
            await File.WriteAllTextAsync(unfinished, JsonSerializer.Serialize(ready, Json) + "\n", stoppingToken);
            File.Move(unfinished, data.Endpoints, overwrite: true);
            Console.WriteLine($"ready: search {ready.Search}");
            Console.WriteLine($"ready: embed {ready.Embed}");
            Console.WriteLine($"ready: rerank {ready.Rerank}");
        }
        catch (DistributedApplicationException e)
        {
            await Console.Error.WriteLineAsync($"AppHost: {e.Message}");
            announced.Failed = true;
            lifetime.StopApplication();
        }
    }

    private sealed record Ready(string Search, string Embed, string Rerank, int Pid);
}
