using EmbedPlatform.ModelServiceTests;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

/// <summary>npm's cohere-ai, with nothing changed but the base URL.</summary>
public sealed class CohereClientTests(RerankFixture service) : IClassFixture<RerankFixture>
{
    [Fact]
    public async Task The_official_client_reranks_in_both_versions_and_understands_rejections()
    {
        var answer = await NodeClient.RunAsync("cohere.mjs", service.Http.BaseAddress!, TestContext.Current.CancellationToken);

        foreach (var version in (string[])["v1", "v2"])
        {
            var results = answer.GetProperty(version).GetProperty("results");
            Assert.Equal(2, results.GetArrayLength());
            Assert.Equal(1, results[0].GetProperty("index").GetInt32());
            Assert.InRange(results[0].GetProperty("relevanceScore").GetDouble(), results[1].GetProperty("relevanceScore").GetDouble(), 1);
            Assert.NotEmpty(answer.GetProperty(version).GetProperty("id").GetString()!);
        }

        Assert.Equal(
            "Recovers deleted photos from a memory card.",
            answer.GetProperty("v1").GetProperty("results")[0].GetProperty("document").GetProperty("text").GetString()
        );
        Assert.Equal(
            [1, 3],
            [answer.GetProperty("v1Objects")[0].GetProperty("index").GetInt32(), answer.GetProperty("v1Objects").GetArrayLength()]
        );
        Assert.Equal(("NotFoundError", 404), Error("unknownModel"));
        Assert.Equal(("BadRequestError", 400), Error("noDocuments"));

        (string?, int) Error(string call) =>
            (answer.GetProperty(call).GetProperty("kind").GetString(), answer.GetProperty(call).GetProperty("status").GetInt32());
    }
}
