using System.Collections.Concurrent;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.ServiceDefaults.LoadBalancing;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>Two EmbedServices of a platform of its own, called as SearchApi calls them.</summary>
public sealed class ReplicaTests : IAsyncLifetime
{
    private const int Callers = 4;

    private static readonly string[] Names = ["embed", "embed-2"];

    private readonly TemporaryFolder _folder = new();
    private IDistributedApplicationTestingBuilder _builder = null!;
    private DistributedApplication _app = null!;
    private ServiceProvider _services = null!;
    private int _texts;

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(RunningPlatform.Patience);
        _builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--DataFolder", _folder.Path, "--Replicas:Embed", "2"],
            patience.Token
        );
        _app = await _builder.BuildAsync(patience.Token);
        await _app.StartAsync(patience.Token);
        foreach (var name in Names)
        {
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(name, patience.Token);
        }

        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                Names.Select((name, i) => KeyValuePair.Create($"services:embed:http:{i}", (string?)_app.GetEndpoint(name).ToString()))
            )
            .Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddServiceCalls(configuration);
        services.AddEmbedClient();
        _services = services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_builder is not null)
        {
            await _builder.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Load_is_spread_evenly_and_a_killed_replica_costs_no_request_and_gets_load_again()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(RunningPlatform.Patience);

        await EmbedAsync(100, patience.Token, callers: 1);
        Assert.Equal((50, 50), await AnsweredAsync(patience.Token));

        // Who is slower for a moment, as one that has only begun to run, is given less meanwhile.
        await EmbedAsync(400, patience.Token);
        var (first, second) = await AnsweredAsync(patience.Token);
        Assert.Equal(500, first + second);
        Assert.InRange(first, 150, 350);

        var victim = ProcessAt(_app.GetEndpoint("embed-2").Port);
        var load = EmbedAsync(600, patience.Token, at: 100, act: () => Processes.SignalAsync("KILL", victim.Id));
        await load;
        Assert.False(Processes.IsAlive(victim));
        Assert.True(await AnsweredByAsync("embed", patience.Token) > first + 200, "the survivor took no load over");

        await Eventually.TrueAsync(
            async () =>
            {
                await EmbedAsync(10, patience.Token);
                return await AnsweredByAsync("embed-2", patience.Token) >= 20;
            },
            "the restarted replica gets load"
        );

        Assert.NotEqual(victim, ProcessAt(_app.GetEndpoint("embed-2").Port));
    }

    [Fact]
    public async Task SearchApi_is_given_the_address_of_each_replica()
    {
        using var patience = new CancellationTokenSource(RunningPlatform.Patience);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("search", patience.Token);
        var addresses = Names.Select(name => _app.GetEndpoint(name).ToString().TrimEnd('/')).ToArray();

        Assert.Contains(
            PlatformProcesses.Running("/EmbedPlatform.SearchApi"),
            process =>
                Enumerable
                    .Range(0, 2)
                    .Select(i =>
                        Array.Find(
                            File.ReadAllText($"/proc/{process.Id}/environ").Split('\0'),
                            one => one.StartsWith($"services__embed__http__{i}=", StringComparison.Ordinal)
                        )
                    )
                    .Select(variable => variable?.Split('=', 2)[1].TrimEnd('/'))
                    .SequenceEqual(addresses)
        );
    }

    /// <summary>Embeds texts that nobody has embedded before, several at a time; throws where one fails.</summary>
    private async Task EmbedAsync(
        int count,
        CancellationToken cancellationToken,
        int at = -1,
        Func<Task>? act = null,
        int callers = Callers
    )
    {
        var failures = new ConcurrentQueue<Exception>();
        var left = count;
        await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(async _ =>
                {
                    for (var number = Interlocked.Decrement(ref left); number >= 0; number = Interlocked.Decrement(ref left))
                    {
                        if (count - number == at)
                        {
                            await act!();
                        }

                        try
                        {
                            var text = string.Create(
                                CultureInfo.InvariantCulture,
                                $"text number {Interlocked.Increment(ref _texts)} about chess in a terminal"
                            );
                            var answer = await _services
                                .GetRequiredService<IEmbedClient>()
                                .EmbedAsync(new EmbedRequest([text]), cancellationToken);
                            Assert.Single(answer.Embeddings);
                        }
                        catch (PlatformException failure)
                        {
                            failures.Enqueue(failure);
                        }
                    }
                })
        );
        Assert.True(failures.IsEmpty, string.Join('\n', failures.Take(3)));
    }

    private async Task<(long First, long Second)> AnsweredAsync(CancellationToken cancellationToken) =>
        (await AnsweredByAsync(Names[0], cancellationToken), await AnsweredByAsync(Names[1], cancellationToken));

    /// <summary>How many requests to embed a replica has answered, as its /metrics say; 0 while it is away.</summary>
    private async Task<long> AnsweredByAsync(string replica, CancellationToken cancellationToken)
    {
        try
        {
            using var http = new HttpClient { BaseAddress = _app.GetEndpoint(replica) };
            var metrics = await http.GetStringAsync(new Uri("metrics", UriKind.Relative), cancellationToken);
            return metrics
                .Split('\n')
                .Where(line =>
                    line.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal)
                    && line.Contains("/api/v1/embed\"", StringComparison.Ordinal)
                    && line.Contains("\"200\"", StringComparison.Ordinal)
                )
                .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private static ProcessIdentity ProcessAt(int port) =>
        PlatformProcesses
            .Running("/EmbedPlatform.EmbedService")
            .Single(process => File.ReadAllText($"/proc/{process.Id}/environ").Contains($":{port}", StringComparison.Ordinal));
}
