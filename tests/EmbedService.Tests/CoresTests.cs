using System.Net.Http.Json;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>A service that is limited to cores keeps to them; `embedctl bench http --scenario cores` is the longer proof.</summary>
public sealed class CoresTests
{
    private const int Seconds = 6;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_with_one_core_uses_no_more_under_any_load()
    {
        await using var service = await ServiceProcess.StartAsync(
            typeof(Program),
            "--Inference:Model=use-lite",
            "--Inference:Workers=2",
            "--Inference:Cores=1"
        );
        using var stop = new CancellationTokenSource();
        var waiting = 0;
        var load = AskWithoutWaitingAsync(service, count => Interlocked.Add(ref waiting, count), stop.Token);
        await Eventually.TrueAsync(() => Volatile.Read(ref waiting) > 0, "requests wait");

        var use = new CpuSampler(service.Id);
        use.Sample();
        for (var second = 0; second < Seconds; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), Token);
            use.Sample();
            Assert.True(Volatile.Read(ref waiting) > 0, "it was not overloaded");
        }

        await stop.CancelAsync();
        await load;
        Assert.All(use.EachSecond(), cores => Assert.InRange(cores, 0, 1.05));
        Assert.InRange(use.Whole(), 0.05, 1.05);
    }

    // An open loop: a new request every few milliseconds, whether or not the ones before are answered.
    private static async Task AskWithoutWaitingAsync(ServiceProcess service, Action<int> count, CancellationToken stop)
    {
        var asked = new List<Task>();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            string[] texts = [.. Enumerable.Range(0, 16).Select(n => $"{i} {n} {string.Join(' ', Enumerable.Repeat("word", 60))}")];
            asked.Add(Task.Run(() => AskAsync(texts), Token));
            await Task.Delay(5, Token);
        }

        await Task.WhenAll(asked);

        async Task AskAsync(string[] texts)
        {
            count(1);
            try
            {
                using var answer = await service.Http.PostAsJsonAsync("api/v1/embed", new { input = texts }, stop);
            }
            catch (Exception ended) when (ended is OperationCanceledException or HttpRequestException)
            {
                // The test is over.
            }
            finally
            {
                count(-1);
            }
        }
    }
}
