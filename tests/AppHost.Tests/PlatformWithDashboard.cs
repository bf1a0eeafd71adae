using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>The whole platform with its dashboard, as a program of its own: the services export in Development's short intervals.</summary>
public sealed class PlatformWithDashboard : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private AppHostProcess? _appHost;
    private JsonElement _endpoints;

    /// <summary>SearchApi.</summary>
    public HttpClient Search { get; private set; } = new();

    /// <summary>The dashboard, for one who has no key.</summary>
    public HttpClient Stranger { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    /// <summary>The dashboard's page with the token that lets a browser in.</summary>
    public Uri Login { get; private set; } = new("http://localhost");

    private HttpClient Reader { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _appHost = AppHostProcess.Start(
            _folder,
            new Dictionary<string, string?>
            {
                ["DOTNET_ENVIRONMENT"] = "Development",
                // Every request says something, so that there are lines to look for its trace and its words in.
                ["Logging__LogLevel__Microsoft.AspNetCore"] = "Information",
                ["Logging__LogLevel__System.Net.Http.HttpClient"] = "Information",
                ["Logging__LogLevel__Npgsql.Command"] = "Information",
            },
            "--Dashboard",
            "true",
            "--Ports:Dashboard",
            "0"
        );
        await _appHost.ReadyAsync();
        _endpoints = JsonElement.Parse(await File.ReadAllTextAsync(_folder["run", "endpoints.json"]));
        Search.BaseAddress = new Uri(_endpoints.GetProperty("search").GetString()!);
        Login = new Uri(_endpoints.GetProperty("dashboard").GetString()!);
        Stranger.BaseAddress = Reader.BaseAddress = new Uri(Login, "/");
        Reader.DefaultRequestHeaders.Add("x-api-key", _endpoints.GetProperty("dashboard_key").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in (HttpClient[])[Search, Stranger, Reader])
        {
            client.Dispose();
        }

        if (_appHost is not null)
        {
            await _appHost.TerminateAsync();
            await _appHost.EndedAsync();
            await _appHost.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>What all three services measure.</summary>
    public async Task<string> MetricsAsync(CancellationToken cancellationToken)
    {
        var measured = "";
        foreach (var service in (string[])["search", "embed", "rerank"])
        {
            measured += await Search.GetStringAsync(new Uri($"{_endpoints.GetProperty(service).GetString()}/metrics"), cancellationToken);
        }

        return measured;
    }

    /// <summary>Asks the dashboard's telemetry API.</summary>
    public async Task<JsonNode> ReadAsync(string path, CancellationToken cancellationToken) =>
        (await Reader.GetFromJsonAsync<JsonNode>(new Uri($"api/telemetry/{path}", UriKind.Relative), cancellationToken))!;

    /// <summary>All spans of a trace, as soon as they are what the caller waits for.</summary>
    public Task<IReadOnlyList<Span>> TraceAsync(
        string id,
        Func<IReadOnlyList<Span>, bool> isComplete,
        CancellationToken cancellationToken
    ) => Eventually.BecomesAsync(() => TryReadTraceAsync(id, cancellationToken), isComplete, $"trace {id} is complete");

    private async Task<IReadOnlyList<Span>> TryReadTraceAsync(string id, CancellationToken cancellationToken)
    {
        // Not found is how a trace looks that has not come yet.
        using var answer = await Reader.GetAsync(new Uri($"api/telemetry/traces/{id}", UriKind.Relative), cancellationToken);
        return answer.IsSuccessStatusCode ? Span.All((await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!) : [];
    }
}
