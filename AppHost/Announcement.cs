using System.Text.Json;
using System.Text.Json.Serialization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
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
    PlatformEndpoints endpoints,
    Dashboard dashboard,
    DataFolder data,
    Announced announced,
    IConfiguration configuration,
    ResourceNotificationService notifications,
    IHostApplicationLifetime lifetime)
    : BackgroundService
{
    // The services took longer to load their models than it takes to start.
    private const int DashboardAttempts = 4;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

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

            var address = dashboard.IsWanted ? Dashboard.Address(configuration) : null;
            var seen = address is not null && await AnswersAsync(address, stoppingToken) ? address.AbsoluteUri : null;
            var ready = new Ready(endpoints.Search.Url, endpoints.Embed.Url, endpoints.Rerank.Url, seen, Environment.ProcessId);
            var unfinished = data.Endpoints + ".new";
            File.Delete(unfinished);
            DataFolder.WriteSecret(unfinished, JsonSerializer.Serialize(ready, Json) + "\n");
            File.Move(unfinished, data.Endpoints, overwrite: true);
            if (seen is not null)
            {
                Console.WriteLine($"ready: dashboard {seen}");
            }

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

    // The host may have none to start, and says nothing of one that did not start.
    private static async Task<bool> AnswersAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var attempt = 0; attempt < DashboardAttempts; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(address, "/health"), cancellationToken);
                return answer.IsSuccessStatusCode;
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5), cancellationToken);
            }
        }

        return false;
    }

    private sealed record Ready(string Search, string Embed, string Rerank, string? Dashboard, int Pid);
}
