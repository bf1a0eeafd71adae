using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class TaskTests(Platform platform)
{
    private static readonly (string, string)[] Quick = [("Tasks:ReportInterval", "00:00:00.1"), ("Ingestion:UpsertBatch", "10")];

    [Fact]
    public async Task An_upload_is_a_task_that_reports_progress_and_errors_until_all_is_embedded()
    {
        await using var models = await ModelServer.StartAsync();
        models.Refuses = text => text.Contains("poison");
        models.Hold = new TaskCompletionSource();
        await using var api = await platform.StartAsync(models, Quick);
        await api.CreateAsync("c");
        var lines = Enumerable
            .Range(0, 30)
            .Select(i => $$"""{"id":"d{{i}}","text":"{{(i == 7 ? "poison" : i == 8 ? " " : $"text {i}")}}"}""");

        var result = await Api.ReadAsync<UpsertResult>(await api.PostNdjsonAsync("c", string.Join('\n', lines)));
        var embedding = await GetAsync(api, result.Task!.Value);
        models.Hold.SetResult();
        await Eventually.TrueAsync(async () => (await GetAsync(api, result.Task.Value)).State == "completed", "the task is completed");
        var completed = await GetAsync(api, result.Task.Value);

        Assert.Equal(
            ("embedding", 30, 29, 29, 1),
            (embedding.State, embedding.Received, embedding.Written, embedding.Pending, embedding.ErrorCount)
        );
        Assert.Equal((0, 1, 1), (completed.Pending, completed.Failed, completed.ErrorCount));
        Assert.NotNull(completed.FinishedAt);
        Assert.True(completed.DocumentsPerSecond > 0);
        Assert.Equal([(8, "d8", "text"), (null, "d7", null)], completed.Errors!.Select(error => (error.Index, error.Id, error.Field)));
        var listed = await api.Http.GetFromJsonAsync<UploadTaskList>("/api/v1/tasks?collection=c&state=completed", Platform.Json);
        Assert.Equal(completed.Id, Assert.Single(listed!.Tasks).Id);
        Assert.Equal(HttpStatusCode.Conflict, (await api.Http.DeleteAsync($"/api/v1/tasks/{completed.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.Http.GetAsync("/api/v1/tasks?state=odd")).StatusCode);
    }

    [Fact]
    public async Task Every_upload_of_a_JSON_body_has_a_task_too()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        var chosen = Guid.NewGuid();

        var one = await api.UpsertAsync("c", new { id = "1", text = "one" });
        var two = await Api.ReadAsync<UpsertResult>(
            await api.Http.PostAsJsonAsync(
                $"/api/v1/collections/c/documents?task={chosen}",
                new { documents = new[] { new { id = "2", text = "two" } } }
            )
        );
        var taken = await api.Http.PostAsJsonAsync(
            $"/api/v1/collections/c/documents?task={chosen}",
            new { documents = new[] { new { id = "3", text = "x" } } }
        );
        var wrong = await api.Http.PostAsJsonAsync(
            "/api/v1/collections/c/documents?task=7",
            new { documents = new[] { new { id = "3", text = "x" } } }
        );

        Assert.Equal(chosen, two.Task);
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.BadRequest), (taken.StatusCode, wrong.StatusCode));
        foreach (var id in (Guid[])[one.Task!.Value, chosen])
        {
            await Eventually.TrueAsync(
                async () => (await GetAsync(api, id)) is { State: "completed", Written: 1 },
                "the task is completed"
            );
        }

        Assert.Equal(2, (await api.GetAsync("c")).Documents);
    }

    [Fact]
    public async Task A_cancelled_upload_ends_and_committed_documents_stay_and_are_embedded()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiProcess.StartAsync(
            await platform.NewDatabaseAsync(),
            platform.Redis.ConnectionString,
            models,
            Quick
        );
        await api.Http.PutAsJsonAsync("/api/v1/collections/c", new { });
        var id = Guid.NewGuid();
        using var client = new TcpClient();
        await client.ConnectAsync(api.Http.BaseAddress!.Host, api.Http.BaseAddress.Port);
        await using var stream = client.GetStream();
        var lines = string.Concat(Enumerable.Range(0, 25).Select(i => $$"""{"id":"d{{i}}","text":"text {{i}}"}""" + "\n"));
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /api/v1/collections/c/documents?task={id} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                    + $"Transfer-Encoding: chunked\r\n\r\n{lines.Length:x}\r\n{lines}\r\n"
            )
        );
        await Eventually.TrueAsync(
            async () =>
                await api.Http.GetAsync($"/api/v1/tasks/{id}") is { IsSuccessStatusCode: true } got
                && (await Api.ReadAsync<UploadTask>(got)).Written == 20,
            "two batches are committed"
        );

        var accepted = await api.Http.DeleteAsync($"/api/v1/tasks/{id}");
        using var reader = new StreamReader(stream);
        var answer = new StringBuilder();
        // The body was never finished, so the service may break the connection once it has answered.
        while (!answer.ToString().Contains("stay.\"") && await reader.ReadLineAsync() is { } line)
        {
            answer.AppendLine(line);
        }

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.StartsWith("HTTP/1.1 409", answer.ToString());
        Assert.Contains("20 of the 25 documents read are committed", answer.ToString());
        var task = await Api.ReadAsync<UploadTask>(await api.Http.GetAsync($"/api/v1/tasks/{id}"));
        Assert.Equal(("cancelled", 20), (task.State, task.Written));
        await Eventually.TrueAsync(
            async () =>
                await Api.ReadAsync<Collection>(await api.Http.GetAsync("/api/v1/collections/c"))
                    is { Documents: 20, Chunks: 20, Pending: 0 },
            "what was committed is embedded"
        );
    }

    [Fact]
    public async Task An_upload_whose_service_is_killed_is_reported_as_interrupted_by_another_replica()
    {
        await using var models = await ModelServer.StartAsync();
        var database = await platform.NewDatabaseAsync();
        (string, string)[] settings = [.. Quick, ("Tasks:HeartbeatTimeout", "00:00:02")];
        await using var first = await ApiProcess.StartAsync(database, platform.Redis.ConnectionString, models, settings);
        await first.Http.PutAsJsonAsync("/api/v1/collections/c", new { });
        var (pipe, id) = (new Pipe(), Guid.NewGuid());
        var upload = UploadAsync(first, id, pipe);
        for (var i = 0; i < 15; i++)
        {
            await pipe.Writer.WriteAsync(Line(i));
        }

        await using var second = await ApiProcess.StartAsync(database, platform.Redis.ConnectionString, models, settings);
        async Task<UploadTask> Seen() => await Api.ReadAsync<UploadTask>(await second.Http.GetAsync($"/api/v1/tasks/{id}"));
        await Eventually.TrueAsync(async () => (await Seen()).Written == 10, "a batch is committed");
        Assert.Equal("storing", (await Seen()).State);

        await first.KillAsync();

        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => upload);
        await Eventually.TrueAsync(async () => (await Seen()).State == "interrupted", "the task is interrupted");
        Assert.Equal(10, (await Seen()).Written);
        Assert.NotNull((await Seen()).Reason);
    }

    [Fact]
    public async Task Events_report_live_progress_and_end_with_done()
    {
        await using var models = await ModelServer.StartAsync();
        models.Hold = new TaskCompletionSource();
        await using var api = await ApiProcess.StartAsync(
            await platform.NewDatabaseAsync(),
            platform.Redis.ConnectionString,
            models,
            Quick
        );
        await api.Http.PutAsJsonAsync("/api/v1/collections/c", new { });
        var result = await Api.ReadAsync<UpsertResult>(
            await api.Http.PostAsJsonAsync(
                "/api/v1/collections/c/documents",
                new { documents = Enumerable.Range(0, 20).Select(i => new { id = $"{i}", text = $"text {i}" }) }
            )
        );
        Assert.Equal(HttpStatusCode.NotFound, (await api.Http.GetAsync($"/api/v1/tasks/{Guid.NewGuid()}/events")).StatusCode);

        using var response = await api.Http.GetAsync($"/api/v1/tasks/{result.Task}/events", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = new List<(string Type, UploadTask Task)>();
        await foreach (
            var item in System.Net.ServerSentEvents.SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync()
        )
        {
            events.Add((item.EventType, JsonSerializer.Deserialize<UploadTask>(item.Data, Platform.Json)!));
            models.Hold.TrySetResult();
        }

        Assert.Equal(("progress", "embedding", 20), (events[0].Type, events[0].Task.State, events[0].Task.Pending));
        Assert.Equal(("done", "completed", 0), (events[^1].Type, events[^1].Task.State, events[^1].Task.Pending));
        Assert.All(events.SkipLast(1), item => Assert.Equal("progress", item.Type));
    }

    [Fact]
    public async Task The_client_follows_a_task_across_the_death_of_a_replica()
    {
        await using var models = await ModelServer.StartAsync();
        models.Hold = new TaskCompletionSource();
        var database = await platform.NewDatabaseAsync();
        await using var first = await ApiProcess.StartAsync(
            database,
            platform.Redis.ConnectionString,
            models,
            [.. Quick, ("Ingestion:Workers", "0")]
        );
        await first.Http.PutAsJsonAsync("/api/v1/collections/c", new { });
        var result = await Api.ReadAsync<UpsertResult>(
            await first.Http.PostAsJsonAsync(
                "/api/v1/collections/c/documents",
                new { documents = new[] { new { id = "1", text = "one" } } }
            )
        );
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var second = await ApiProcess.StartAsync(database, platform.Redis.ConnectionString, models, Quick);
        using var http = new HttpClient(new FailOver(first.Http.BaseAddress!, second.Http.BaseAddress!))
        {
            BaseAddress = first.Http.BaseAddress,
        };
        var seen = new List<UploadTask>();

        await foreach (var task in new SearchClient(http).FollowTaskAsync(result.Task!.Value, timeout.Token))
        {
            seen.Add(task);
            if (seen.Count == 1)
            {
                await first.KillAsync();
            }

            if (seen.Count == 2)
            {
                models.Hold.SetResult();
            }
        }

        Assert.Equal(["embedding", "embedding"], seen.Take(2).Select(task => task.State));
        Assert.Equal(("completed", 0), (seen[^1].State, seen[^1].Pending));
        Assert.NotNull(seen[^1].FinishedAt);
    }

    [Fact]
    public async Task Statistics_list_failure_reasons_and_texts_with_equal_vectors_and_a_retry_queues_failed_documents()
    {
        await using var models = await ModelServer.StartAsync();
        models.Refuses = text => text.Contains("poison");
        models.Distort = (text, vector) => text.Contains("twin") ? [.. vector.Select((_, i) => i == 3 ? 1f : 0f)] : vector;
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync(
            "c",
            new { id = "1", text = "twin one" },
            new { id = "2", text = "twin two" },
            new { id = "3", text = "same words" },
            new { id = "4", text = "same words" },
            new { id = "5", text = "poison" }
        );
        await api.EmbeddedAsync("c");

        var stats = (await api.Http.GetFromJsonAsync<CollectionStats>("/api/v1/collections/c/stats", Platform.Json))!;

        Assert.Equal((5, 4, 0, 1), (stats.Documents, stats.Chunks, stats.Pending, stats.Failed));
        Assert.Equal((1, "5"), (Assert.Single(stats.Failures).Documents, stats.Failures[0].Example));
        Assert.Equal((9, 1.8), (stats.Lexical.Words, stats.Lexical.AverageLength));
        Assert.Equal((1, 2), (stats.Vectors.EqualVectors, stats.Vectors.EqualVectorChunks));
        Assert.Equal(new EqualTexts(2, "twin one", "twin two"), Assert.Single(stats.Vectors.EqualVectorExamples));
        Assert.Equal(
            ("bag", 64, "halfvec", 1.0),
            (stats.Vectors.Model, stats.Vectors.Dimension, stats.Vectors.Type, stats.Vectors.ChunksPerDocument)
        );
        Assert.True(stats.Vectors.Bytes > stats.Vectors.IndexBytes);

        models.Refuses = _ => false;
        Assert.Equal(1, (await Api.ReadAsync<RetryResult>(await api.Http.PostAsync("/api/v1/collections/c/retry", null))).Documents);
        await api.EmbeddedAsync("c");
        Assert.Equal((0, 5), ((await api.GetAsync("c")).Failed, (await api.GetAsync("c")).Chunks));
    }

    // Longer than what a client holds back to send it together.
    // The first request goes to one replica, all others to another, as behind a load balancer.
    private sealed class FailOver(Uri first, Uri then) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _requests;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(_requests++ == 0 ? first : then, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private static byte[] Line(int i) =>
        Encoding.UTF8.GetBytes($$"""{"id":"d{{i}}","text":"text {{i}}"}""" + new string(' ', 10_000) + "\n");

    private static Task<HttpResponseMessage> UploadAsync(ServiceProcess api, Guid id, Pipe pipe) =>
        api.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, $"/api/v1/collections/c/documents?task={id}")
            {
                Content = new StreamContent(pipe.Reader.AsStream())
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") },
                },
            }
        );

    private static async Task<UploadTask> GetAsync(Api api, Guid id) =>
        (await api.Http.GetFromJsonAsync<UploadTask>($"/api/v1/tasks/{id}", Platform.Json))!;
}
