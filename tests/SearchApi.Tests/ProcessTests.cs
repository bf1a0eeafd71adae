using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class ProcessTests(Platform platform)
{
    private const string Documents = "/api/v1/collections/c/documents";

    [Fact]
    public async Task A_killed_process_loses_and_duplicates_nothing()
    {
        await using var models = await ModelServer.StartAsync();
        var database = await platform.NewDatabaseAsync();
        (string, string)[] settings = [("Ingestion:Lease", "00:00:01"), ("Ingestion:BatchSize", "50")];
        (models.Hold, models.HoldAfter) = (new TaskCompletionSource(), 10);
        await using var first = await ApiProcess.StartAsync(database, platform.Redis.ConnectionString, models, settings);
        await first.Http.PutAsJsonAsync("/api/v1/collections/c", new { });
        var lines = string.Join('\n', Enumerable.Range(0, 3000).Select(i => $$"""{"id":"d{{i}}","text":"document number{{i}} of many"}"""));
        var stored = await Api.ReadAsync<UpsertResult>(await first.Http.PostAsync(Documents, Ndjson(lines)));
        await Eventually.TrueAsync(() => Task.FromResult(models.EmbedCalls > models.HoldAfter), "a batch is under way");
        await first.KillAsync();
        models.Hold.SetResult();
        models.Hold = null;

        await using var second = await ApiProcess.StartAsync(database, platform.Redis.ConnectionString, models, settings);
        await Eventually.TrueAsync(async () => (await GetAsync(second)).Pending == 0, "everything is embedded");

        Assert.Equal(3000, stored.Written);
        var collection = await GetAsync(second);
        Assert.Equal((3000, 3000, 0), (collection.Documents, collection.Chunks, collection.Failed));
        await using var connection = new Npgsql.NpgsqlConnection(TestDatabase.WithSchema(database));
        await connection.OpenAsync();
        await using var distinct = new Npgsql.NpgsqlCommand("SELECT count(DISTINCT document_id) FROM chunk", connection);
        Assert.Equal(3000L, await distinct.ExecuteScalarAsync());
        var again = await Api.ReadAsync<UpsertResult>(await second.Http.PostAsync(Documents, Ndjson(lines)));
        Assert.Equal((0, 3000), (again.Written, again.Unchanged));
    }

    [Fact]
    public async Task Over_real_HTTP_every_rejection_is_a_problem_that_names_its_field()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);
        await api.Http.PutAsJsonAsync("/api/v1/collections/c", new { });

        await RefusedAsync(api, Json("""{"documents":[{"id":"a"}]}"""), HttpStatusCode.BadRequest, "\"documents[0].text\"");
        await RefusedAsync(api, Json("""{"documents":[{"text":"a"}]}"""), HttpStatusCode.BadRequest, "\"documents[0].id\"");
        await RefusedAsync(api, Json("""{"documents":[{"id":5,"text":"a"}]}"""), HttpStatusCode.BadRequest, "\"documents[0].id\"");
        await RefusedAsync(
            api,
            Json("""{"documents":[{"id":"a","text":"a\u0000"}]}"""),
            HttpStatusCode.BadRequest,
            "\"documents[0].text\""
        );
        await RefusedAsync(api, Json("""{"documents":7}"""), HttpStatusCode.BadRequest, "\"documents\"");
        await RefusedAsync(api, Json("""{"documents":"""), HttpStatusCode.BadRequest, "\"body\"");
        await RefusedAsync(api, Json("[]"), HttpStatusCode.BadRequest, "\"documents\"");
        await RefusedAsync(
            api,
            Json($$"""{"documents":[{"id":"a","text":"{{new string('x', 3_000_000)}}"}]}"""),
            HttpStatusCode.RequestEntityTooLarge,
            "\"body\""
        );
        await RefusedAsync(api, new StringContent("x", Encoding.UTF8, "text/plain"), HttpStatusCode.UnsupportedMediaType, "415");
        var mixed = await Api.ReadAsync<UpsertResult>(
            await api.Http.PostAsync(Documents, Ndjson("{\"id\":\"a\",\"text\":\"b\"}\nnot json\n{\"id\":\"c\"}"))
        );
        Assert.Equal([(1, null), (2, "text")], mixed.Errors.Select(error => (error.Index, error.Field)));
    }

    [Fact]
    public async Task A_body_that_breaks_off_gets_the_number_of_committed_documents()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiProcess.StartAsync(
            await platform.NewDatabaseAsync(),
            platform.Redis.ConnectionString,
            models,
            ("Ingestion:UpsertBatch", "2")
        );
        await api.Http.PutAsJsonAsync("/api/v1/collections/c", new { });
        using var client = new TcpClient();
        await client.ConnectAsync(api.Http.BaseAddress!.Host, api.Http.BaseAddress.Port);
        var lines = string.Concat(Enumerable.Range(0, 4).Select(i => $$"""{"id":"{{i}}","text":"t"}""" + "\n"));
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST {Documents} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                    + $"Transfer-Encoding: chunked\r\n\r\n{lines.Length:x}\r\n{lines}\r\n"
            )
        );
        await Eventually.TrueAsync(async () => (await GetAsync(api)).Documents == 4, "four documents are committed");
        await stream.WriteAsync("this is no chunk\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);

        var answer = await reader.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 400", answer);
        Assert.Contains("4 of the 4 documents read are committed", answer);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static StringContent Ndjson(string body) => new(body, Encoding.UTF8, "application/x-ndjson");

    private static async Task<Collection> GetAsync(ServiceProcess api) =>
        (await api.Http.GetFromJsonAsync<Collection>("/api/v1/collections/c", Platform.Json))!;

    private static async Task RefusedAsync(ServiceProcess api, HttpContent body, HttpStatusCode status, string names)
    {
        var response = await api.Http.PostAsync(Documents, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(names, text);
    }
}
