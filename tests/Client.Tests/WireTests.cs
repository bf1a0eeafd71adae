using System.Text.Json;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EmbedPlatform.Client.Tests;

public sealed class WireTests
{
    private const string TwoEmbeddings = """
        {"model":"m","revision":"r","dimension":2,"count":2,"latency_ms":1.5,
         "data":[{"index":0,"tokens":3,"truncated":false,"embedding":"AACAPwAAAD8="},
                 {"index":1,"tokens":4,"truncated":true,"embedding":"AAAAAAAAgL8="}]}
        """;

    private string _request = "";
    private string _body = "";
    private string _authorization = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_go_out_in_snake_case_and_vectors_come_back()
    {
        await using var server = await RecordingAsync(TwoEmbeddings);

        var response = await new EmbedClient(server.Address).EmbedAsync(new EmbedRequest(["a", "b"], "query", "bulk"), Token);

        Assert.Equal(
            ("POST /api/v1/embed", """{"input":["a","b"],"input_type":"query","priority":"bulk","encoding":"base64"}"""),
            (_request, _body)
        );
        Assert.Equal(
            [
                [1f, 0.5f],
                [0f, -1f],
            ],
            response.Embeddings
        );
        Assert.Equal([new InputInfo(3, false), new InputInfo(4, true)], response.Inputs);
    }

    [Fact]
    public async Task A_Microsoft_Extensions_AI_generator_embeds_with_the_given_input_type()
    {
        await using var server = await RecordingAsync(TwoEmbeddings);
        using var generator = new EmbedClient(server.Address).AsEmbeddingGenerator();
        var options = new EmbeddingGenerationOptions
        {
            AdditionalProperties = new() { [PlatformEmbeddingGenerator.InputTypeKey] = "query" },
        };

        var embeddings = await generator.GenerateAsync(["a", "b"], options, Token);

        Assert.Equal("query", JsonDocument.Parse(_body).RootElement.GetProperty("input_type").GetString());
        Assert.Equal([1f, 0.5f], embeddings[0].Vector.ToArray());
        Assert.Equal((7L, "m"), (embeddings.Usage?.InputTokenCount, embeddings[0].ModelId));
        await Assert.ThrowsAsync<PlatformException>(() => generator.GenerateAsync(["a", "b"], new() { Dimensions = 3 }, Token));
    }

    [Fact]
    public async Task A_rerank_request_omits_absent_fields()
    {
        await using var server = await RecordingAsync(
            """{"results":[{"index":1,"score":0.9},{"index":0,"score":0.1}],"count":2,"latency_ms":2,"model":"m"}"""
        );

        var response = await new RerankClient(server.Address).RerankAsync(
            new RerankRequest("q", ["a", "b"], ReturnDocuments: false),
            Token
        );

        Assert.Equal(
            ("POST /rerank", """{"query":"q","documents":["a","b"],"return_documents":false,"raw_scores":false}"""),
            (_request, _body)
        );
        Assert.Equal([new RerankResult(1, 0.9, null), new RerankResult(0, 0.1, null)], response.Results);
    }

    [Fact]
    public async Task A_404_is_null_or_false()
    {
        await using var server = await WireServer.AnsweringAsync(404, """{"title":"Not Found"}""", "application/problem+json");
        var client = new SearchClient(server.Address);

        Assert.Null(await client.GetCollectionAsync("c", Token));
        Assert.Null(await client.GetDocumentAsync("c", "d", Token));
        Assert.Null(await client.PatchCollectionAsync("c", new CollectionPatch { Rerank = RerankMode.Never }, Token));
        Assert.False(await client.DeleteCollectionAsync("c", Token));
        Assert.False(await client.DeleteDocumentAsync("c", "d", Token));
        await Assert.ThrowsAsync<PlatformException>(() => client.SearchAsync("c", new SearchRequest { Query = "q" }, Token));
        await Assert.ThrowsAsync<PlatformException>(() => client.UpsertAsync("c", [new Document { Id = "d" }], Token));
    }

    [Fact]
    public async Task Names_and_ids_stay_one_segment_of_the_path_and_deleting_without_content_is_true()
    {
        await using var server = await RecordingAsync("", 204);

        Assert.True(await new SearchClient(new Uri(server.Address, "/base")).DeleteDocumentAsync("a b", "x/y?z#ü", Token));

        Assert.Equal("DELETE /base/api/v1/collections/a%20b/documents/x%2Fy%3Fz%23%C3%BC", _request);
    }

    [Fact]
    public async Task Enums_are_strings()
    {
        await using var server = await RecordingAsync(
            """
            {"results":[],
             "metadata":{"count":0,"mode":"lexical","rerank":{"applied":false,"candidates":0},"degraded":[],"timings":{}}}
            """
        );

        var response = await new SearchClient(server.Address).SearchAsync(
            "c",
            new SearchRequest { Query = "q", Mode = SearchMode.Lexical },
            Token
        );

        Assert.Equal("""{"query":"q","mode":"lexical"}""", _body);
        Assert.Equal(SearchMode.Lexical, response.Metadata.Mode);
    }

    [Fact]
    public async Task A_patch_sends_only_the_given_fields()
    {
        await using var server = await RecordingAsync(
            """
            {"name":"c","model":"m","dimension":2,"language":"simple","chunk_tokens":16,"chunk_overlap":0,"documents":0,"chunks":0,
             "pending":0,"failed":0,"created_at":"2026-01-01T00:00:00Z","weights":{"dense":2},"fusion":"rrf","rerank":"never"}
            """
        );
        var patch = new CollectionPatch
        {
            Weights = new LegWeights { Dense = 2 },
            Fusion = FusionMode.Rrf,
        };

        var collection = await new SearchClient(server.Address).PatchCollectionAsync("c", patch, Token);

        Assert.Equal(("PATCH /api/v1/collections/c", """{"weights":{"dense":2},"fusion":"rrf"}"""), (_request, _body));
        Assert.Equal(
            (new LegWeights { Dense = 2 }, FusionMode.Rrf, RerankMode.Never),
            (collection!.Weights, collection.Fusion, collection.Rerank)
        );
    }

    [Fact]
    public async Task Fusion_weights_are_read_from_a_services_info_and_are_absent_from_an_older_service()
    {
        const string older = """
            "model":"m","revision":"r","variant":"int8","dimension":2,"max_tokens":8,"workers":1,"queued_tokens":0,
            "queue_limit":9,"tokens_per_second":1
            """;
        await using var server = await RecordingAsync(
            $$"""
            {{{older}},"made_from":["o"],"models":[{"id":"m","made_from":["o"],"loaded":true}],
             "fusion":[{"embedder":"o","reranker":"x","lexical":1,"dense":0.5,"rerank":2,"method":"rrf",
                        "rerank_depth":50,"rerank_gain":-0.01,"measured":"there"}]}
            """
        );
        await using var before = await RecordingAsync($$"""{{{older}}}""");

        var info = await new EmbedClient(server.Address).GetInfoAsync(Token);

        Assert.Equal(["o"], info.MadeFrom);
        Assert.Equal(["o"], Assert.Single(info.Models!).MadeFrom);
        var expected = new FusionAdvice
        {
            Embedder = "o",
            Reranker = "x",
            Lexical = 1,
            Dense = 0.5,
            Rerank = 2,
            Method = FusionMode.Rrf,
            RerankDepth = 50,
            RerankGain = -0.01,
            Measured = "there",
        };
        Assert.Equal(expected, Assert.Single(info.Fusion!));
        Assert.Null((await new EmbedClient(before.Address).GetInfoAsync(Token)).Fusion);
    }

    [Fact]
    public async Task A_registered_client_goes_to_its_address()
    {
        await using var server = await RecordingAsync(TwoEmbeddings);
        var services = new ServiceCollection();
        services.AddEmbedClient(server.Address);
        services.AddRerankClient();
        services.AddSearchClient();
        await using var provider = services.BuildServiceProvider();

        Assert.Equal("m", (await provider.GetRequiredService<IEmbedClient>().EmbedAsync(new EmbedRequest(["a", "b"]), Token)).Model);
        var factory = provider.GetRequiredService<IHttpClientFactory>();
        Assert.Equal("https+http://rerank/", factory.CreateClient(nameof(IRerankClient)).BaseAddress?.ToString());
        Assert.Equal("https+http://search/", factory.CreateClient(nameof(ISearchClient)).BaseAddress?.ToString());
    }

    [Fact]
    public async Task A_key_is_sent_with_every_request_of_every_client()
    {
        await using var server = await RecordingAsync(TwoEmbeddings);
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder()
                .AddInMemoryCollection([KeyValuePair.Create("ApiKeys:Send:embed", (string?)"from-configuration")])
                .Build()
        );
        services.AddEmbedClient(server.Address);
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<IEmbedClient>().EmbedAsync(new EmbedRequest(["a", "b"]), Token);
        Assert.Equal("Bearer from-configuration", _authorization);

        await new EmbedClient(server.Address, "given").EmbedAsync(new EmbedRequest(["a", "b"]), Token);
        Assert.Equal("Bearer given", _authorization);

        await new EmbedClient(server.Address).EmbedAsync(new EmbedRequest(["a", "b"]), Token);
        Assert.Equal("", _authorization);
    }

    [Fact]
    public void A_key_that_no_header_can_carry_is_rejected_and_not_repeated()
    {
        var refused = Assert.Throws<ArgumentException>(() => new EmbedClient(new Uri("http://127.0.0.1"), "pass\nword"));

        Assert.DoesNotContain("word", refused.Message);
    }

    private Task<WireServer> RecordingAsync(string answer, int status = 200) =>
        WireServer.StartAsync(async context =>
        {
            var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            _authorization = context.Request.Headers.Authorization.ToString();
            _request = $"{context.Request.Method} {target}";
            using var reader = new StreamReader(context.Request.Body);
            _body = await reader.ReadToEndAsync();
            context.Response.StatusCode = status;
            if (answer.Length > 0)
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(answer);
            }
        });
}
