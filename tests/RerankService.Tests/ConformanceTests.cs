using EmbedPlatform.ModelServiceTests;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

/// <summary>Every wire shape of the service over HTTP, and the table of docs/api.md that these exchanges are.</summary>
public sealed class ConformanceTests(RerankFixture service) : IClassFixture<RerankFixture>
{
    private const string Older = "older server";

    private const string Ours = "EmbedPlatform";

    [Fact]
    public async Task Every_shape_is_answered_as_documented()
    {
        var table = new ConformanceTable("rerank");

        await ExpectAsync(Ours, "/api/v1/rerank", """{"query": "compress", "documents": ["chess", "gzip"]}""", 200);
        await ExpectAsync(
            Ours,
            "/api/v1/rerank",
            """{"query": "compress", "documents": ["chess", "gzip"], "top_n": 1, "return_documents": false, "raw_scores": true}""",
            200
        );
        await ExpectAsync(
            Ours,
            "/api/v1/rerank",
            """{"query": "compress", "documents": ["chess"], "model": "mini-rerank","""
                + """ "long_documents": "windows", "max_windows": 8, "priority": "bulk"}""",
            200
        );
        await ExpectAsync(Ours, "/api/v1/rerank", """{"query": "compress"}""", 400);
        await ExpectAsync(Ours, "/api/v1/rerank", """{"query": "compress", "documents": ["chess"], "model": "no-such"}""", 404);

        await ExpectAsync(Older, "/rerank", """{"query": "compress", "documents": ["chess", "gzip"]}""", 200);
        await ExpectAsync(Older, "/rerank", """{"query": "compress", "documents": ["chess", "gzip"], "top_n": 1}""", 200);
        await ExpectAsync(Older, "/rerank", """{"documents": ["chess"]}""", 400);
        await ExpectAsync(Older, "/rerank", """{"query": "compress"}""", 400);
        await ExpectAsync(Older, "/models/status", null, 200);

        await ExpectAsync("TEI", "/rerank", """{"query": "compress", "texts": ["chess", "gzip"]}""", 200);
        await ExpectAsync(
            "TEI",
            "/rerank",
            """{"query": "compress", "texts": ["chess"], "raw_scores": true, "return_text": true, "truncate": true}""",
            200
        );
        await ExpectAsync("TEI", "/rerank", """{"query": "compress", "texts": []}""", 422);

        foreach (var (format, path) in ((string, string)[])[("Cohere v1, Jina", "/v1/rerank"), ("Cohere v2", "/v2/rerank")])
        {
            await ExpectAsync(
                format,
                path,
                """{"model": "default", "query": "compress", "documents": ["chess", "gzip"], "top_n": 1}""",
                200
            );
            await ExpectAsync(
                format,
                path,
                """{"query": "compress", "documents": [{"text": "chess"}, "gzip"], "return_documents": true}""",
                200
            );
            await ExpectAsync(format, path, """{"query": "compress", "documents": []}""", 400);
            await ExpectAsync(format, path, """{"model": "no-such", "query": "compress", "documents": ["chess"]}""", 404);
        }

        await ExpectAsync("OpenAI, Cohere", "/v1/models", null, 200);
        await ExpectAsync(Ours, "/api/v1/rerank", "[]", 400);
        await ExpectAsync("Cohere v2", "/v2/rerank", "[]", 400);
        table.AssertDocumented();

        async Task ExpectAsync(string format, string path, string? body, int status)
        {
            var (answered, answer) = await table.ExchangeAsync(service.Http, format, path, body, TestContext.Current.CancellationToken);
            Assert.True(status == answered, $"{path} {body}: {answered} {answer}");
        }
    }
}
