using System.IO.Pipelines;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary>Failures to the letter, as programs read them.</summary>
public sealed class FailureTests(Platform platform)
{
    [Fact]
    public async Task A_failure_has_a_kind_a_detail_and_its_fields()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { chunk_tokens = 32 });

        await IsAsync(
            await api.Http.GetAsync("/api/v1/collections/none"),
            null,
            """
            {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.5","title":"Not found.","status":404,
             "detail":"There is no collection \"none\"."}
            """
        );
        await IsAsync(
            await api.PostSearchAsync("c", new { query = " ", limit = 0 }),
            null,
            """
            {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"The request is not valid.","status":400,
             "detail":"query: must not be blank",
             "errors":{"query":["must not be blank"],"limit":["must be from 1 to 1000"]}}
            """
        );
        await IsAsync(
            await api.Http.PutAsJsonAsync("/api/v1/collections/c", new { chunk_tokens = 48 }, Platform.Json),
            null,
            """
            {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.10","title":"The collection exists with different settings.",
             "status":409,"detail":"\"c\" has a different chunk_tokens. Changing it would require re-indexing all documents:
            """
                + " omit it, or create a new collection. Only fields, weights, fusion, rerank and rerank_depth can be changed.\","
                + """ "errors":{"chunk_tokens":["The collection has 32."]}}"""
        );
        await IsAsync(
            await api.Http.PostAsync("/api/v1/collections/c/documents", new ByteArrayContent([1])),
            null,
            """
            {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.16","title":"The content type is not supported.","status":415,
             "detail":"Send application/json with {\"documents\": […]} or application/x-ndjson with one document per line."}
            """
        );

        models.EmbedDown = true;
        await IsAsync(
            await api.PostSearchAsync("c", new { query = "a bird", mode = "dense" }),
            "2",
            """
            {"type":"https://tools.ietf.org/html/rfc9110#section-15.6.4","title":"Temporarily unavailable.","status":503,
             "detail":"The query cannot be embedded: embed answered 503 Service Unavailable"}
            """
        );
    }

    [Fact]
    public async Task Without_the_database_every_response_is_a_503_with_Retry_After()
    {
        await using var postgres = new NativePostgres();
        await postgres.InitializeAsync();
        await using var models = await ModelServer.StartAsync();
        await using var api = await Api.StartAsync(postgres.ConnectionString, platform.Redis.ConnectionString, models);
        await postgres.StopAsync();

        await IsAsync(
            await api.Http.GetAsync("/api/v1/collections"),
            "2",
            """
            {"type":"https://tools.ietf.org/html/rfc9110#section-15.6.4","title":"Temporarily unavailable.","status":503,
             "detail":"The database does not respond."}
            """
        );
    }

    [Fact]
    public async Task An_upload_into_a_concurrently_deleted_collection_gets_the_number_of_committed_documents()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);
        await api.Http.PutAsJsonAsync("/api/v1/collections/c", new { });
        var task = Guid.NewGuid();
        var pipe = new Pipe();
        var body = new StreamContent(pipe.Reader.AsStream()) { Headers = { ContentType = new("application/x-ndjson") } };
        var upload = api.Http.PostAsync($"/api/v1/collections/c/documents?task={task}", body);
        await pipe.Writer.WriteAsync(Line("a"));
        await Eventually.TrueAsync(async () => (await api.Http.GetAsync($"/api/v1/tasks/{task}")).IsSuccessStatusCode, "the upload began");

        await api.Http.DeleteAsync("/api/v1/collections/c");
        await pipe.Writer.WriteAsync(Line("b"));
        await pipe.Writer.CompleteAsync();

        await IsAsync(
            await upload.WaitAsync(TimeSpan.FromSeconds(60)),
            "2",
            """
            {"type":"https://tools.ietf.org/html/rfc9110#section-15.6.4","title":"Temporarily unavailable.","status":503,
             "detail":"The collection was changed concurrently. The upload was interrupted: 0 of the 2 documents read
            """
                + " are committed and stay. Sending all of them again is safe.\"}"
        );
    }

    // Wide, so that it leaves at once.
    private static byte[] Line(string id) =>
        Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","text":"A text."}""" + new string(' ', 10_000) + "\n");

    private static async Task IsAsync(HttpResponseMessage response, string? retryAfter, string expected)
    {
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        Assert.True(problem.Remove("trace_id"), problem.ToJsonString());
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), problem.ToJsonString());
        Assert.Equal((int)problem["status"]!, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(retryAfter, response.Headers.RetryAfter?.ToString());
    }
}
