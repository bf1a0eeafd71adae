using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary>Both model services over HTTP, with faults on demand: vectors are hashed bags of words, logits count shared words.</summary>
public sealed class ModelServer : IAsyncDisposable
{
    private const int Dimension = 64;
    private readonly WebApplication _app;

    private ModelServer(WebApplication app, string address, string rerankAddress) =>
        (_app, Address, RerankAddress) = (app, address, rerankAddress);

    public string Address { get; }

    /// <summary>The same server under the address of the reranker, whose <c>/info</c> is its own.</summary>
    public string RerankAddress { get; }

    /// <summary>The reranker that is served.</summary>
    public string Reranker { get; set; } = "overlap";

    /// <summary>What the embedding model is made from.</summary>
    public string[] EmbedderMadeFrom { get; set; } = [];

    /// <summary>What the reranker is made from.</summary>
    public string[] RerankerMadeFrom { get; set; } = [];

    /// <summary>Whether both services are of a version that says nothing of fusion.</summary>
    public bool SaysNothing { get; set; }

    /// <summary>What the services know of pairs: reranking helps.</summary>
    public FusionAdvice[] Fusion { get; set; } =
    [
        new()
        {
            Embedder = "bag",
            Lexical = 1,
            Dense = 0.5,
            Measured = "a test",
        },
        new()
        {
            Embedder = "bag",
            Reranker = "overlap",
            Lexical = 1,
            Dense = 0.25,
            Rerank = 1,
            RerankGain = 0.01,
            Measured = "a test",
        },
    ];

    public int MaxTokens { get; set; } = 64;

    public bool EmbedDown { get; set; }

    public bool RerankDown { get; set; }

    /// <summary>Whether connections are reset, those of requests in flight too, as by a process that was killed.</summary>
    public bool Dead { get; set; }

    /// <summary>How long an embedding takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How long reranking takes.</summary>
    public TimeSpan RerankDelay { get; set; }

    /// <summary>Whether the services run models but do not report them.</summary>
    public bool InfoDown { get; set; }

    public Func<string, bool> Refuses { get; set; } = _ => false;

    /// <summary>What a text's vector is made into before it is answered.</summary>
    public Func<string, float[], float[]> Distort { get; set; } = (_, vector) => vector;

    /// <summary>Every text that was embedded for indexing and answered, in no order.</summary>
    public ConcurrentQueue<string> Indexed { get; } = new();

    public int EmbedCalls;

    /// <summary>Every text whose tokens were asked for, in no order.</summary>
    public ConcurrentQueue<string> Tokenized { get; } = new();

    /// <summary>How many tokens stand for each letter or sign, as where a vocabulary knows no words of a language.</summary>
    public bool TokenPerCharacter { get; set; }

    public TaskCompletionSource? Hold { get; set; }

    public int HoldAfter { get; set; }

    public static async Task<ModelServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        var app = builder.Build();
        var server = new ModelServer(app, $"http://127.0.0.1:{FreePort.Next()}", $"http://127.0.0.1:{FreePort.Next()}");
        app.Urls.Add(server.Address);
        app.Urls.Add(server.RerankAddress);
        app.MapGet(
            "/info",
            (HttpContext http) => http.Connection.LocalPort == new Uri(server.RerankAddress).Port ? server.RerankInfo() : server.EmbedInfo()
        );
        app.MapPost("/api/v1/embed", server.EmbedAsync);
        app.MapPost("/api/v1/tokenize", server.Tokenize);
        app.MapPost("/rerank", server.RerankAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync()
    {
        Hold?.TrySetResult();
        return _app.DisposeAsync();
    }

    public static float[] VectorOf(string text) => Vector(Words(text));

    private IResult EmbedInfo() =>
        EmbedDown || InfoDown
            ? Results.StatusCode(503)
            : Results.Ok(
                new EmbedInfo("bag", "r1", "fp32", Dimension, MaxTokens, 1, 0, 1000, 1)
                {
                    MadeFrom = SaysNothing ? null : EmbedderMadeFrom,
                    Models = SaysNothing
                        ? null
                        : [new ServedModelInfo("bag") { MadeFrom = EmbedderMadeFrom }, new ServedModelInfo("other")],
                    Fusion = SaysNothing ? null : Fusion,
                }
            );

    private IResult RerankInfo() =>
        RerankDown || InfoDown
            ? Results.StatusCode(503)
            : Results.Ok(
                new RerankInfo(Reranker, "r1", "fp32", 512, 1, 0, 1000, 1)
                {
                    MadeFrom = SaysNothing ? null : RerankerMadeFrom,
                    Models = SaysNothing ? null : [new ServedModelInfo(Reranker) { MadeFrom = RerankerMadeFrom }],
                    Fusion = SaysNothing ? null : Fusion,
                }
            );

    private static string[] Words(string text) =>
        text.ToLowerInvariant().Split([' ', '\n', '.', ','], StringSplitOptions.RemoveEmptyEntries);

    private static float[] Vector(IEnumerable<string> words)
    {
        var vector = new float[Dimension];
        foreach (var word in words)
        {
            vector[word.Aggregate(17u, (hash, c) => (hash * 31) + c) % Dimension] += 1;
        }

        var norm = MathF.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / Math.Max(norm, 1e-9f))];
    }

    private async Task<IResult> EmbedAsync(EmbedBody request, HttpContext http)
    {
        await Task.Delay(Delay);
        if (Dead)
        {
            http.Abort();
            return Results.Empty;
        }

        var call = Interlocked.Increment(ref EmbedCalls);
        if (Hold is { } hold && call > HoldAfter && request.Priority == "bulk")
        {
            await hold.Task;
        }

        if (EmbedDown)
        {
            return Results.StatusCode(503);
        }

        if (request.Input.Any(Refuses))
        {
            return Results.ValidationProblem(new Dictionary<string, string[]> { ["input"] = ["cannot be read"] });
        }

        if (request.Model is not (null or "bag" or "other"))
        {
            return Results.Problem("no such model", statusCode: 404);
        }

        foreach (var text in request.Priority == "bulk" ? request.Input : [])
        {
            Indexed.Enqueue(text);
        }

        var words = request.Input.Select(Words).ToList();
        return Results.Ok(
            new
            {
                Model = request.Model ?? "bag",
                Revision = "r1",
                Dimension,
                Data = words.Select(
                    (w, i) =>
                        new
                        {
                            Tokens = Math.Min(w.Length, MaxTokens),
                            Truncated = w.Length > MaxTokens,
                            Embedding = MemoryMarshal.AsBytes<float>(Distort(request.Input[i], Vector(w.Take(MaxTokens)))).ToArray(),
                        }
                ),
            }
        );
    }

    private sealed record EmbedBody(IReadOnlyList<string> Input, string? Model, string InputType, string Priority, string Encoding);

    private IResult Tokenize(TokenizeBody request)
    {
        if (EmbedDown)
        {
            return Results.StatusCode(503);
        }

        foreach (var text in request.Input)
        {
            Tokenized.Enqueue(text);
        }

        return Results.Ok(
            new
            {
                Model = request.Model ?? "bag",
                Revision = "r1",
                MaxTokens,
                AddedTokens = 2,
                Data = request.Input.Select(text => new
                {
                    Starts = Enumerable
                        .Range(0, text.Length)
                        .Where(i => !char.IsWhiteSpace(text[i]) && (TokenPerCharacter || i == 0 || char.IsWhiteSpace(text[i - 1]))),
                }),
            }
        );
    }

    private sealed record TokenizeBody(IReadOnlyList<string> Input, string? Model, string InputType);

    private async Task<IResult> RerankAsync(RerankRequest request)
    {
        await Task.Delay(RerankDelay);
        if (RerankDown)
        {
            return Results.StatusCode(503);
        }

        var query = Words(request.Query);
        var results = request
            .Documents.Select((text, i) => new RerankResult(i, Words(text).Intersect(query).Count() - 2.0, null))
            .OrderByDescending(r => r.Score)
            .ToList();
        return Results.Ok(new RerankResponse(results, results.Count, 1, Reranker));
    }
}
