using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Replication;

/// <summary>The standby becomes the primary.</summary>
[Collection(nameof(ReplicatedDatabase))]
public sealed class FailoverTests
{
    [Fact]
    public async Task A_promotion_under_load_loses_no_acknowledged_document_if_replication_is_synchronous()
    {
        await using var database = await ReplicatedDatabase.StartAsync();
        await using var models = await ModelServer.StartAsync();
        await using var api = await database.ServeAsync(models);
        await api.CreateAsync("c", new { language = "simple" });
        await database.ReplicateSynchronouslyAsync();
        await using var load = new Load(api);
        await load.AcknowledgedAsync(30);

        await database.First.KillAsync();
        await database.PromoteAsync();
        var promoted = Stopwatch.GetTimestamp();
        await load.AcknowledgedAsync(1);
        var pause = Stopwatch.GetElapsedTime(promoted);
        await load.AcknowledgedAsync(30);
        await load.AnsweredAsync(10);
        var acknowledged = await load.StopAsync();

        foreach (var id in acknowledged)
        {
            using var document = await api.Http.GetAsync($"/api/v1/collections/c/documents/{id}");
            Assert.True(document.IsSuccessStatusCode, $"{id} is lost: {document.StatusCode}");
        }

        Assert.Equal([], load.Unexpected);
        await api.EmbeddedAsync("c");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{acknowledged.Count} acknowledged documents, none lost; {load.Refused} requests got 503 around the promotion; "
                + $"the first write was acknowledged {pause.TotalSeconds:0.0} s after it"
        );
    }

    [Fact]
    public async Task A_former_primary_that_comes_back_is_not_written_to()
    {
        await using var database = await ReplicatedDatabase.StartAsync();
        await using var models = await ModelServer.StartAsync();
        var log = new LogLines();
        await using var api = await database.ServeAsync(models, log);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", new { id = "before", text = "alpha" });
        await api.EmbeddedAsync("c");
        await database.ReplayedAsync();
        await database.First.KillAsync();
        await database.PromoteAsync();
        await Eventually.TrueAsync(() => IsWrittenAsync(api, "after"), "the new primary takes writes");
        await Eventually.TrueAsync(
            () => log.From(LogLevel.Warning).Any(line => line.Contains("primary is now", StringComparison.Ordinal)),
            "the promotion was noticed"
        );

        await database.First.StartAsync();
        await ReplicatedDatabase.IsUpAsync(database.First);
        var written = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.True(await IsWrittenAsync(api, $"later{written++}"));
                return log.From(LogLevel.Error)
                    .Any(line => line.StartsWith($"{database.First.Host} is a former primary", StringComparison.Ordinal));
            },
            "the former primary was tried and refused"
        );
        for (var i = 0; i < 20; i++)
        {
            Assert.True(await IsWrittenAsync(api, $"later{written++}"));
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        const string Count = "SELECT count(*) FROM document";
        Assert.Equal(1L, await ReplicatedDatabase.QueryAsync(database.First, Count));
        Assert.Equal(written + 2L, await ReplicatedDatabase.QueryAsync(database.Second, Count));
        await api.EmbeddedAsync("c");
        Assert.Equal(["before"], (await api.SearchAsync("c", new { query = "alpha" })).Results.Select(hit => hit.Id).Take(1));
    }

    [Fact]
    public async Task No_result_of_commits_that_a_promotion_lost_is_returned_after_it()
    {
        await using var database = await ReplicatedDatabase.StartAsync();
        await using var models = await ModelServer.StartAsync();
        await using var api = await database.ServeAsync(models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", new { id = "base", text = "alpha" });
        await api.EmbeddedAsync("c");
        await database.ReplayedAsync();
        await database.Second.StopAsync();
        await api.UpsertAsync("c", new { id = "lost", text = "alpha lost" });
        await api.EmbeddedAsync("c");
        Assert.Equal(("base lost", "base lost"), await SettledAsync(api));

        await database.First.KillAsync();
        await database.Second.StartAsync();
        await ReplicatedDatabase.IsUpAsync(database.Second);
        await database.PromoteAsync();
        await Eventually.TrueAsync(() => IsWrittenAsync(api, "kept"), "the new primary takes writes");
        await api.EmbeddedAsync("c");
        const string Version = "SELECT sum(version)::bigint FROM collection_version";
        var after = await ReplicatedDatabase.QueryAsync(database.Second, Version);

        Assert.Equal(("base kept", "base kept"), await SettledAsync(api));
        await database.First.StartAsync();
        await ReplicatedDatabase.IsUpAsync(database.First);
        // Only then the cached results of the former timeline would be found.
        Assert.Equal(await ReplicatedDatabase.QueryAsync(database.First, Version), after);
    }

    /// <summary>Searches until the postings are cached too; returns the hits from the result cache and those from the postings.</summary>
    private static async Task<(string Cached, string Searched)> SettledAsync(Api api)
    {
        for (var i = 0; i < 5; i++)
        {
            await FindAsync(api, cache: true);
            await FindAsync(api, cache: false);
            await Task.Delay(300, TestContext.Current.CancellationToken);
        }

        return (await FindAsync(api, cache: true), await FindAsync(api, cache: false));
    }

    private static async Task<string> FindAsync(Api api, bool cache)
    {
        var found = await api.SearchAsync(
            "c",
            new
            {
                query = "alpha",
                mode = "lexical",
                cache,
            }
        );
        return string.Join(' ', found.Results.Select(hit => hit.Id).Order());
    }

    private static async Task<bool> IsWrittenAsync(Api api, string id)
    {
        using var response = await api.Http.PostAsJsonAsync(
            "/api/v1/collections/c/documents",
            new { documents = new[] { new { id, text = $"alpha {id}" } } },
            Platform.Json
        );
        Assert.True(response.IsSuccessStatusCode || IsRetryable(response), $"{(int)response.StatusCode}");
        return response.IsSuccessStatusCode;
    }

    private static bool IsRetryable(HttpResponseMessage response) =>
        response is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null };

    /// <summary>Writers and searchers that go on whatever happens.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly Api _api;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;
        private readonly ConcurrentBag<string> _acknowledged = [];
        private int _answered;
        private int _refused;

        public Load(Api api)
        {
            _api = api;
            _running = Task.WhenAll(WriteAsync("a"), WriteAsync("b"), SearchAsync());
        }

        /// <summary>Responses that are neither a success nor a 503 with Retry-After.</summary>
        public ConcurrentQueue<string> Unexpected { get; } = [];

        public int Refused => _refused;

        /// <summary>Waits for further acknowledged writes.</summary>
        public Task AcknowledgedAsync(int more)
        {
            var wanted = _acknowledged.Count + more;
            return Eventually.TrueAsync(() => _acknowledged.Count >= wanted, $"{more} further writes are acknowledged");
        }

        /// <summary>Waits for further answered searches.</summary>
        public Task AnsweredAsync(int more)
        {
            var wanted = _answered + more;
            return Eventually.TrueAsync(() => _answered >= wanted, $"{more} further searches are answered");
        }

        public async Task<IReadOnlyCollection<string>> StopAsync()
        {
            await _stop.CancelAsync();
            await _running;
            return _acknowledged;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }

        private async Task WriteAsync(string writer)
        {
            for (var i = 0; !_stop.IsCancellationRequested; i++)
            {
                var id = $"{writer}{i}";
                using var response = await _api.Http.PostAsJsonAsync(
                    "/api/v1/collections/c/documents",
                    new { documents = new[] { new { id, text = $"alpha {id}" } } },
                    Platform.Json
                );
                if (await IsSuccessAsync(response))
                {
                    _acknowledged.Add(id);
                }
            }
        }

        private async Task SearchAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                using var response = await _api.PostSearchAsync("c", new { query = $"alpha a{_answered}", rerank = "never" });
                if (await IsSuccessAsync(response))
                {
                    Interlocked.Increment(ref _answered);
                }
            }
        }

        private async Task<bool> IsSuccessAsync(HttpResponseMessage response)
        {
            if (response.IsSuccessStatusCode)
            {
                return true;
            }

            if (IsRetryable(response))
            {
                Interlocked.Increment(ref _refused);
            }
            else
            {
                Unexpected.Enqueue($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
            }

            await Task.Delay(20);
            return false;
        }
    }
}
