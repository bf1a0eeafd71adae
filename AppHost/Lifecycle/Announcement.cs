using System.Text.Json;
using System.Text.Json.Serialization;
using Aspire.Hosting.ApplicationModel;
using EmbedPlatform.AppHost.Services;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace EmbedPlatform.AppHost.Lifecycle;

/// <summary>Announces the addresses when everything is healthy: on the console, and in endpoints.json for other programs.</summary>
internal sealed class Announcement(
    DistributedApplicationModel model,
    Dashboard dashboard,
    DataFolder data,
    PlatformStart start,
    IConfiguration configuration,
    ResourceNotificationService notifications
) : BackgroundService
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // A killed AppHost leaves the file behind.
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
        var services = model.Resources.OfType<ServiceResource>().ToArray();
        foreach (var service in services)
        {
            // A resource that exits meanwhile is restarted, or stops the platform.
            await notifications.WaitForResourceHealthyAsync(service.Name, WaitBehavior.WaitOnResourceUnavailable, stoppingToken);
        }

        var address = dashboard.IsWanted ? Dashboard.Address(configuration) : null;
        var key = address is null ? null : configuration["AppHost:DashboardApiKey"];
        var ready = new Ready(UrlOf("search"), UrlOf("embed"), UrlOf("rerank"), address?.AbsoluteUri, key, Environment.ProcessId);
        var unfinished = data.Endpoints + ".new";
        File.Delete(unfinished);
        DataFolder.WriteSecret(unfinished, JsonSerializer.Serialize(ready, Json) + "\n");
        File.Move(unfinished, data.Endpoints, overwrite: true);
        start.MarkReady();
        if (address is not null)
        {
            Console.WriteLine($"ready: dashboard {ready.Dashboard}");
        }

        Console.WriteLine($"ready: search {ready.Search}");
        Console.WriteLine($"ready: embed {ready.Embed}");
        Console.WriteLine($"ready: rerank {ready.Rerank}");

        string UrlOf(string name) => services.Single(service => service.Name == name).GetEndpoint(ServiceBuilderExtensions.Endpoint).Url;
    }

    private sealed record Ready(string Search, string Embed, string Rerank, string? Dashboard, string? DashboardKey, int Pid);
}
