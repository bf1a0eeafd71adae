using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Formats;

/// <summary>Dense, sparse and ColBERT vectors, and vectors per token, of a model that has them.</summary>
public sealed class OutputsTests(OutputsService service) : IClassFixture<OutputsService>
{
    [Fact]
    public async Task One_pass_computes_every_requested_output()
    {
        var (answer, _) = await service.AskAsync(
            "api/v1/embed",
            """{"input": ["w4 w5 w4", "w7"], "outputs": ["dense", "sparse", "colbert"]}"""
        );
        var (sparse, _) = await service.AskAsync("api/v1/embed", """{"input": "w4 w5 w4", "outputs": ["sparse"]}""");

        var first = answer.GetProperty("data")[0];
        Assert.Equal(["index", "tokens", "truncated", "embedding", "sparse", "colbert"], first.Names());
        Assert.Equal(5, first.GetProperty("tokens").GetInt32());
        Assert.Equal(4, first.GetProperty("colbert").GetArrayLength());
        Assert.All(
            first.GetProperty("sparse").GetProperty("indices").EnumerateArray(),
            id => Assert.Contains(id.GetInt32(), (int[])[4, 5])
        );
        Assert.Equal(["index", "tokens", "truncated", "sparse"], sparse.GetProperty("data")[0].Names());
        Assert.Equal(first.GetProperty("sparse").ToString(), sparse.GetProperty("data")[0].GetProperty("sparse").ToString());
    }

    [Fact]
    public async Task Vectors_per_token_are_base64_where_vectors_are()
    {
        var (floats, _) = await service.AskAsync("api/v1/embed", """{"input": "w4 w5", "outputs": ["colbert"]}""");
        var (base64, _) = await service.AskAsync("api/v1/embed", """{"input": "w4 w5", "outputs": ["colbert"], "encoding": "base64"}""");

        Assert.Equal(
            floats.GetProperty("data")[0].GetProperty("colbert").EnumerateArray().Select(vector => vector.Floats()),
            base64.GetProperty("data")[0].GetProperty("colbert").EnumerateArray().Select(vector => vector.Base64Floats())
        );
    }

    [Fact]
    public async Task TEI_gets_sparse_weights_as_index_and_value()
    {
        var (tei, response) = await service.AskAsync("embed_sparse", """{"inputs": ["w4 w5 w4", "w7"]}""");
        var (own, _) = await service.AskAsync("api/v1/embed", """{"input": ["w4 w5 w4", "w7"], "outputs": ["sparse"]}""");

        Assert.Equal(2, tei.GetArrayLength());
        for (var i = 0; i < 2; i++)
        {
            var sparse = own.GetProperty("data")[i].GetProperty("sparse");
            Assert.Equal(
                sparse.GetProperty("indices").EnumerateArray().Select(id => id.GetInt32()),
                tei[i].EnumerateArray().Select(token => token.GetProperty("index").GetInt32())
            );
            Assert.Equal(
                sparse.GetProperty("values").Floats(),
                tei[i].EnumerateArray().Select(token => token.GetProperty("value").GetSingle())
            );
        }

        Assert.Equal("8", response.Header("x-compute-tokens"));
    }

    [Fact]
    public async Task TEI_gets_a_vector_for_every_token_special_ones_included()
    {
        var (all, _) = await service.AskAsync("embed_all", """{"inputs": ["w4 w5", "w6"]}""");
        var (dense, _) = await service.AskAsync("embed", """{"inputs": ["w4 w5", "w6"], "normalize": false}""");

        Assert.Equal([4, 3], all.EnumerateArray().Select(text => text.GetArrayLength()));
        Assert.Equal(dense[0].Floats(), all[0][0].Floats());
        Assert.Equal(dense[1].Floats(), all[1][0].Floats());
    }

    [Theory]
    [InlineData("embed_all", "inputs", "", 413)]
    [InlineData("api/v1/embed", "input", """, "outputs": ["colbert"]""", 400)]
    public async Task Too_many_vectors_per_token_are_rejected_before_any_is_computed(string route, string field, string more, int status)
    {
        var texts = Enumerable.Repeat(string.Join(' ', Enumerable.Repeat("w4", 30)), 513);

        using var refused = await service.PostToAsync(
            route,
            $$"""{"{{field}}": {{JsonSerializer.Serialize(texts)}}{{more}}}""",
            TestContext.Current.CancellationToken
        );

        Assert.Equal(status, (int)refused.StatusCode);
        Assert.Contains("has 16416 tokens in total", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Vectors_are_normalised_unless_the_caller_disables_it()
    {
        var (unit, _) = await service.AskAsync("embed", """{"inputs": "w4 w5"}""");
        var (raw, _) = await service.AskAsync("embed", """{"inputs": "w4 w5", "normalize": false}""");

        Assert.Equal(1, Norm(unit[0].Floats()), 1e-5);
        Assert.NotEqual(1, Norm(raw[0].Floats()), 1e-2);
    }

    [Fact]
    public async Task Special_tokens_are_shown_by_name_and_decoded_on_request()
    {
        var (tokens, _) = await service.AskAsync("tokenize", """{"inputs": "w4 w5"}""");
        var (bare, _) = await service.AskAsync("tokenize", """{"inputs": "w4 w5", "add_special_tokens": false}""");
        var (without, _) = await service.AskAsync("decode", """{"ids": [0, 4, 5, 2]}""");
        var (with, _) = await service.AskAsync("decode", """{"ids": [0, 4, 5, 2], "skip_special_tokens": false}""");

        Assert.Equal(
            [("[CLS]", true), ("w4", false), ("w5", false), ("[SEP]", true)],
            tokens[0].EnumerateArray().Select(token => (token.GetProperty("text").GetString()!, token.GetProperty("special").GetBoolean()))
        );
        Assert.Equal(JsonValueKind.Null, tokens[0][0].GetProperty("start").ValueKind);
        Assert.Equal(2, bare[0].GetArrayLength());
        Assert.Equal(("w4 w5", "[CLS] w4 w5 [SEP]"), (without[0].GetString(), with[0].GetString()));
    }

    private static double Norm(float[] vector) => Math.Sqrt(vector.Sum(x => (double)x * x));
}
