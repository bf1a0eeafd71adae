using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Ingestion;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class IngestionTests(Platform platform)
{
    [Fact]
    public async Task The_same_documents_again_are_unchanged_and_cost_no_embedding()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        var first = await api.UpsertAsync(
            "c",
            new { id = "1", text = "one" },
            new { id = "2", text = "two" },
            new { id = "2", text = "two again" }
        );
        await api.EmbeddedAsync("c");
        var calls = models.EmbedCalls;
        var second = await api.UpsertAsync(
            "c",
            new { id = "1", text = "one" },
            new
            {
                id = "2",
                text = "two again",
                metadata = new { colour = "red" },
            }
        );
        await api.EmbeddedAsync("c");

        Assert.Equal((3, 3, 0), (first.Received, first.Written, first.Unchanged));
        Assert.Equal((2, 1, 1), (second.Received, second.Written, second.Unchanged));
        Assert.Equal(calls, models.EmbedCalls);
        Assert.Equal(2, (await api.GetAsync("c")).Documents);
        var stored = await api.Http.GetFromJsonAsync<StoredDocument>("/api/v1/collections/c/documents/2", Platform.Json);
        Assert.Equal(("two again", "embedded"), (stored!.Text, stored.State));
    }

    [Fact]
    public async Task Wrong_documents_are_named_by_position_and_field_and_their_neighbours_are_stored()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        string[] lines =
        [
            """{"id":"ok","text":"fine"}""",
            """{"id":"blank","text":"  "}""",
            """{"text":"no id"}""",
            """{"id":"nul","text":"a\u0000b"}""",
            """{"id":"number","text":5}""",
            """{"id":"surrogate","text":"\ud800"}""",
            """{"id":"meta","text":"x","metadata":[1]}""",
            """{"id":"huge","text":"x","metadata":{"n":1e999999}}""",
            "not json",
            """{"id":"last","text":"fine too"}""",
        ];

        var result = await Api.ReadAsync<UpsertResult>(await api.PostNdjsonAsync("c", string.Join('\n', lines)));

        Assert.Equal((10, 2, 8), (result.Received, result.Written, result.ErrorCount));
        Assert.Equal(
            [(1, "text"), (2, "id"), (3, "text"), (4, "text"), (5, "text"), (6, "metadata"), (7, "metadata"), (8, null)],
            result.Errors.Select(e => (e.Index, e.Field))
        );
        var json = await api.Http.PostAsJsonAsync(
            "/api/v1/collections/c/documents",
            new { documents = new[] { new { id = "a", text = " " } } }
        );
        Assert.Equal(HttpStatusCode.BadRequest, json.StatusCode);
        Assert.Contains("documents[0].text", await json.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Twenty_thousand_documents_arrive_as_one_stream_and_are_found()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("many");
        var lines = new StringBuilder();
        for (var i = 0; i < 20_000; i++)
        {
            lines
                .Append(
                    $$"""{"id":"d{{i}}","title":"Package {{i}}","text":"A library number{{i}} for reading and writing files of """
                        + $$"""kind{{i % 97}} with tools for servers, networks and word{{i % 1009}} users."}"""
                )
                .Append('\n');
        }

        var clock = Stopwatch.StartNew();
        var result = await Api.ReadAsync<UpsertResult>(await api.PostNdjsonAsync("many", lines.ToString()));
        var stored = clock.Elapsed;
        await api.EmbeddedAsync("many");
        var embedded = clock.Elapsed;

        Assert.Equal((20_000, 20_000, 0), (result.Received, result.Written, result.ErrorCount));
        var collection = await api.GetAsync("many");
        Assert.Equal((20_000, 20_000, 0), (collection.Documents, collection.Chunks, collection.Failed));
        var times = new List<SearchTimings>();
        for (var i = 0; i < 50; i++)
        {
            var found = await api.SearchAsync(
                "many",
                new
                {
                    query = $"reading files number{i * 391}",
                    rerank = "never",
                    limit = 5,
                }
            );
            Assert.Equal($"d{i * 391}", found.Results[0].Id);
            times.Add(found.Metadata.Timings);
        }

        double Median(Func<SearchTimings, double> part) => times.Select(part).Order().ElementAt(times.Count / 2);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"stored {20_000 / stored.TotalSeconds:F0} docs/s, "
                + $"stored and embedded {20_000 / embedded.TotalSeconds:F0} docs/s, search p50 {Median(t => t.Total):F1} ms "
                + $"(embed {Median(t => t.Embed):F1}, lexical {Median(t => t.Lexical):F1}, "
                + $"dense {Median(t => t.Dense):F1}, fusion {Median(t => t.Fusion):F1})"
        );
    }

    [Fact]
    public async Task Work_of_a_replica_that_dies_in_the_middle_of_a_batch_is_done_by_another_exactly_once()
    {
        await using var models = await ModelServer.StartAsync();
        models.Hold = new TaskCompletionSource();
        var first = await platform.StartAsync(models, ("Ingestion:Lease", "00:00:01"));
        await first.CreateAsync("c");
        await first.UpsertAsync("c", [.. Enumerable.Range(0, 100).Select(i => (object)new { id = $"{i}", text = $"document {i}" })]);
        await Eventually.TrueAsync(() => Task.FromResult(models.EmbedCalls > 0), "a worker holds a batch");
        await using (var connection = new Npgsql.NpgsqlConnection(first.Database))
        {
            // A dead replica neither renews nor releases: its lease is one that nobody answers for.
            await connection.OpenAsync();
            await using var orphan = new Npgsql.NpgsqlCommand(
                "UPDATE embedding_work SET lease = gen_random_uuid() WHERE lease IS NOT NULL",
                connection
            );
            Assert.True(await orphan.ExecuteNonQueryAsync() > 0);
        }

        await using var second = await Api.StartAsync(
            first.Database,
            platform.Redis.ConnectionString,
            models,
            ("Ingestion:Lease", "00:00:02")
        );
        models.Hold.SetResult();
        await second.EmbeddedAsync("c");
        await first.DisposeAsync();

        var collection = await second.GetAsync("c");
        Assert.Equal((100, 100, 0), (collection.Documents, collection.Chunks, collection.Failed));
    }

    [Fact]
    public async Task A_document_that_the_model_rejects_is_set_aside_alone_and_a_better_text_queues_it_again()
    {
        await using var models = await ModelServer.StartAsync();
        models.Refuses = text => text.Contains("poison");
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await api.UpsertAsync(
            "c",
            [.. Enumerable.Range(0, 30).Select(i => (object)new { id = $"{i}", text = i == 13 ? "poison" : $"document {i}" })]
        );
        await api.EmbeddedAsync("c");
        var before = await api.GetAsync("c");
        await api.UpsertAsync("c", new { id = "13", text = "harmless" });
        await api.EmbeddedAsync("c");

        Assert.Equal((1, 29), (before.Failed, before.Chunks));
        Assert.Equal(0, (await api.GetAsync("c")).Failed);
    }

    [Fact]
    public async Task No_word_of_a_long_text_is_lost_if_the_model_accepts_less_than_the_estimate()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { chunk_tokens = 64, chunk_overlap = 0 });
        models.MaxTokens = 10;
        await api.UpsertAsync("c", new { id = "long", text = string.Join(' ', Enumerable.Range(0, 500).Select(i => $"w{i}")) });
        await api.EmbeddedAsync("c");

        await using var connection = new Npgsql.NpgsqlConnection(api.Database);
        await connection.OpenAsync();
        await using var all = new Npgsql.NpgsqlCommand("SELECT string_agg(text, ' ' ORDER BY ordinal) FROM chunk", connection);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"w{i}"), ((string)(await all.ExecuteScalarAsync())!).Split(' '));
        Assert.True((await api.GetAsync("c")).Chunks >= 50);
    }

    [Fact]
    public async Task Collections_keep_their_settings_and_are_deleted_with_their_contents()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        var made = await api.CreateAsync("c", new { chunk_tokens = 32 });
        Assert.Equal(("bag", 64, "english", 32, 4), (made.Model, made.Dimension, made.Language, made.ChunkTokens, made.ChunkOverlap));
        Assert.Equal(made, await api.CreateAsync("c"));
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await api.Http.PutAsJsonAsync("/api/v1/collections/c", new { chunk_tokens = 40 })).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await api.Http.PutAsJsonAsync("/api/v1/collections/d", new { language = "klingon" })).StatusCode
        );
        Assert.Equal(HttpStatusCode.BadRequest, (await api.Http.PutAsJsonAsync("/api/v1/collections/Bad%20Name", new { })).StatusCode);
        await api.UpsertAsync("c", new { id = "1", text = "one" });
        await api.EmbeddedAsync("c");
        Assert.Equal(HttpStatusCode.NoContent, (await api.Http.DeleteAsync("/api/v1/collections/c")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.Http.GetAsync("/api/v1/collections/c")).StatusCode);
        models.EmbedDown = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await api.Http.PutAsJsonAsync("/api/v1/collections/e", new { })).StatusCode);
    }

    [Fact]
    public async Task A_text_that_may_be_too_long_is_split_by_the_model_s_own_tokens()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { chunk_tokens = 64, chunk_overlap = 0 });
        var text = string.Join(' ', Enumerable.Range(0, 120).Select(i => $"interdisciplinary{i}"));

        await api.UpsertAsync(
            "c",
            new { id = "short", text = "a few words" },
            new
            {
                id = "long",
                title = "head",
                text,
            }
        );
        await api.EmbeddedAsync("c");

        // 64 tokens are a word each: 61 beside two special ones and the title.
        Assert.Equal(3, (await api.GetAsync("c")).Chunks);
        Assert.Equal(61, models.Indexed.Max(chunk => chunk.Split([' ', '\n']).Length - 1));
        Assert.Equal(["head\n", text], models.Tokenized.Distinct().Order());
    }

    [Fact]
    public async Task A_text_stays_pending_while_the_tokenizer_is_unreachable()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        models.EmbedDown = true;
        await api.UpsertAsync("c", new { id = "long", text = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"w{i}")) });
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await api.GetAsync("c")).Chunks);

        models.EmbedDown = false;
        await api.EmbeddedAsync("c");

        Assert.True((await api.GetAsync("c")).Chunks >= 4);
    }

    [Fact]
    public void Chunks_by_the_model_s_tokens_hold_every_word_within_the_token_limit()
    {
        var text = string.Join(' ', Enumerable.Range(0, 300).Select(i => i % 9 == 8 ? $"word{i}." : $"word{i}"));
        int[] starts = [.. Enumerable.Range(0, text.Length).Where(i => i == 0 || text[i - 1] == ' ')];

        var chunks = Chunker.Split(text, 30, 5, starts);

        Assert.All(chunks, chunk => Assert.InRange(chunk.Split(' ').Length, 1, 30));
        Assert.All(chunks.SkipLast(1), chunk => Assert.EndsWith(".", chunk));
        Assert.Equal(text.Split(' '), chunks.SelectMany(chunk => chunk.Split(' ')).Distinct());
        Assert.All(chunks.Zip(chunks.Skip(1)), pair => Assert.Equal(pair.First.Split(' ')[^5..], pair.Second.Split(' ')[..5]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_word_with_more_tokens_than_a_chunk_is_split_at_a_token_start(int shift)
    {
        var text = "go " + string.Concat(Enumerable.Repeat("東京", 50)) + " home";

        // A vocabulary may count the blank before a word to its first token.
        int[] starts = [0, 3 + shift, .. Enumerable.Range(4, 99), 104 + shift];

        var chunks = Chunker.Split(text, 40, 0, starts);

        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(chunks).Replace(" ", "", StringComparison.Ordinal));
        Assert.All(
            chunks,
            chunk =>
                Assert.InRange(
                    chunk.Replace("go", "g", StringComparison.Ordinal).Replace("home", "h", StringComparison.Ordinal).Count(c => c != ' '),
                    1,
                    40
                )
        );
    }

    [Fact]
    public void Chunks_overlap_prefer_sentence_ends_and_hold_every_word()
    {
        var text = string.Join(' ', Enumerable.Range(0, 300).Select(i => i % 9 == 8 ? $"word{i}." : $"word{i}"));

        var chunks = Chunker.Split(text, 60, 10);

        Assert.True(chunks.Count > 3);
        Assert.All(chunks, chunk => Assert.InRange(Chunker.Estimate(chunk), 1, 60));
        Assert.All(chunks.SkipLast(1), chunk => Assert.EndsWith(".", chunk));
        Assert.Equal(text.Split(' '), chunks.SelectMany(chunk => chunk.Split(' ')).Distinct());
        Assert.All(chunks.Zip(chunks.Skip(1)), pair => Assert.Contains(pair.Second.Split(' ')[0], pair.First.Split(' ')));
    }
}
