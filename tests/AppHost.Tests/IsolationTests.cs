using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.Testing;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>EmbedService and RerankService are two fault domains: what kills one does not touch the other.</summary>
public sealed class IsolationTests(RunningPlatform platform)
{
    private const int Callers = 4;

    private const int CallsBefore = 50;

    private const int CallsAfter = 100;

    private static readonly Service Embed = new(
        "embed",
        "/EmbedPlatform.EmbedService",
        "embed",
        new { text = "a game of chess for the terminal" }
    );

    private static readonly Service Rerank = new(
        "rerank",
        "/EmbedPlatform.RerankService",
        "rerank",
        new { query = "compress a file", documents = new[] { "a game of chess", "gzip" } }
    );

    [Fact]
    public Task RerankService_killed_under_load_costs_EmbedService_no_request() => KillAsync(victim: Rerank, survivor: Embed);

    [Fact]
    public Task EmbedService_killed_under_load_costs_RerankService_no_request() => KillAsync(victim: Embed, survivor: Rerank);

    private async Task KillAsync(Service victim, Service survivor)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(RunningPlatform.Patience);
        var token = patience.Token;
        var before = Assert.Single(PlatformProcesses.Running(victim.Program));
        var untouched = Assert.Single(PlatformProcesses.Running(survivor.Program));

        // Clients without retries: every failure is seen.
        using var dying = new HttpClient { BaseAddress = platform.App.GetEndpoint(victim.Name) };
        using var living = new HttpClient { BaseAddress = platform.App.GetEndpoint(survivor.Name) };
        var killed = new TaskCompletionSource();
        var (lost, wrong) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        var underway = new CountdownEvent(2 * Callers);
        var load = Enumerable
            .Range(0, Callers)
            .SelectMany(_ => (Task[])[LoadAsync(dying, victim, lost), LoadAsync(living, survivor, wrong)])
            .ToArray();
        await Eventually.TrueAsync(() => underway.IsSet, "every caller calls");

        await Processes.SignalAsync("KILL", before.Id);
        killed.SetResult();
        await Task.WhenAll(load);

        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Take(5)));
        Assert.False(lost.IsEmpty, $"{victim.Name} was killed and nobody noticed");
        Assert.Equal(untouched, Assert.Single(PlatformProcesses.Running(survivor.Program)));
        await Eventually.TrueAsync(
            async () => !Processes.IsAlive(before) && await AskAsync(dying, victim, token) is null,
            $"{victim.Name} is back"
        );

        Assert.NotEqual(before, Assert.Single(PlatformProcesses.Running(victim.Program)));

        async Task LoadAsync(HttpClient http, Service service, ConcurrentQueue<string> failures)
        {
            for (var (i, after) = (0, 0); after < CallsAfter; i++)
            {
                if (await AskAsync(http, service, token) is { } failure)
                {
                    failures.Enqueue(failure);
                }

                after += killed.Task.IsCompleted ? 1 : 0;
                if (i == CallsBefore)
                {
                    underway.Signal();
                }
            }
        }
    }

    /// <returns>What went wrong; null: it answered, and rightly.</returns>
    private static async Task<string?> AskAsync(HttpClient http, Service service, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.PostAsJsonAsync(service.Route, service.Body, cancellationToken);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            var right =
                response.StatusCode == HttpStatusCode.OK
                && (answer.TryGetProperty("embedding", out var values) || answer.TryGetProperty("results", out values))
                && values.GetArrayLength() > 1;
            return right ? null : $"{(int)response.StatusCode} {answer}";
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException)
        {
            return broken.Message;
        }
    }

    private sealed record Service(string Name, string Program, string Route, object Body);
}
