using System.Text.Json;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tests.Models;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>The real cross-encoder in the real runtime, over recorded ids.</summary>
public sealed class MiniRerankTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_score_does_not_depend_on_the_neighbours_in_the_batch()
    {
        var pairs = Pairs();
        var (query, documents) = OneQueryManyDocuments(pairs);
        var encoder = EncoderFor(query, documents, pairs);
        await using var mixed = Load(encoder, workers: 2);

        var together = await mixed.ScoreAsync(query, documents, new RequestOptions(), Token);
        for (var i = 0; i < documents.Length; i++)
        {
            var alone = Assert.Single(await mixed.ScoreAsync(query, [documents[i]], new RequestOptions(), Token));
            Assert.Equal(alone.Logit, together[i].Logit);
        }
    }

    [Fact]
    public async Task A_passage_that_answers_its_query_mostly_scores_above_the_passage_of_another_query()
    {
        var pairs = Pairs();
        var ids = pairs.DistinctBy(p => (p.Query, p.Passage)).ToDictionary(pair => (pair.Query, (string?)pair.Passage), pair => pair.Ids);
        var shifted = new List<(string Query, string Passage)>();
        for (var i = 0; i < pairs.Length; i++)
        {
            var (own, other) = (pairs[i], pairs[(i + 1) % pairs.Length]);
            int[] joined = [.. own.Ids[..(Array.IndexOf(own.Ids, 2) + 1)], .. other.Ids[(Array.IndexOf(other.Ids, 2) + 1)..]];
            ids.TryAdd((own.Query, other.Passage), joined);
            shifted.Add((own.Query, other.Passage));
        }

        await using var model = Load(new GoldenEncoder(ids, [1, 100, 2, 2, 100, 2]), workers: 2);
        var right = 0;
        for (var i = 0; i < pairs.Length; i++)
        {
            var scores = await model.ScoreAsync(pairs[i].Query, [pairs[i].Passage, shifted[i].Passage], new RequestOptions(), Token);
            right += scores[0].Logit > scores[1].Logit ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{right} of {pairs.Length} in the right order");
        Assert.InRange(right, pairs.Length * 85 / 100, pairs.Length);
    }

    [Fact]
    public async Task A_pair_that_is_too_long_is_cut_and_says_so_or_is_refused()
    {
        var pairs = Pairs();
        var longest = pairs.MaxBy(pair => pair.Ids.Length)!;
        await using var model = Load(pairs, workers: 1);

        var cut = Assert.Single(await model.ScoreAsync(longest.Query, [longest.Passage], new RequestOptions { MaxTokens = 64 }, Token));
        Assert.Equal((64, true), (cut.Tokens, cut.Truncated));

        var refused = await Assert.ThrowsAsync<TextTooLongException>(() =>
            model.ScoreAsync(longest.Query, [longest.Passage], new RequestOptions { MaxTokens = 64, Truncation = Truncation.Error }, Token)
        );
        Assert.Equal((0, longest.Ids.Length, 64), (refused.Index, refused.Tokens, refused.Limit));
    }

    private static (string Query, string[] Documents) OneQueryManyDocuments(Pair[] pairs) =>
        (pairs[0].Query, [.. pairs.Take(60).Select((pair, i) => $"{i}: {pair.Passage}")]);

    /// <summary>The first pair's query with every passage: the query's ids up to the separator, then the passage's.</summary>
    private static GoldenEncoder EncoderFor(string query, string[] documents, Pair[] pairs)
    {
        var first = pairs[0].Ids;
        var head = first[..(Array.IndexOf(first, 2) + 1)];
        var ids = documents
            .Select((document, i) => (document, Tail: pairs[i].Ids[(Array.IndexOf(pairs[i].Ids, 2) + 1)..]))
            .ToDictionary(pair => (query, (string?)pair.document), pair => (int[])[.. head, .. pair.Tail]);
        return new GoldenEncoder(ids, [1, 100, 2, 2, 100, 2]);
    }

    private static RerankModel Load(Pair[] pairs, int workers) =>
        Load(
            new GoldenEncoder(
                pairs.DistinctBy(p => (p.Query, p.Passage)).ToDictionary(pair => (pair.Query, (string?)pair.Passage), pair => pair.Ids),
                [1, 100, 2, 2, 100, 2]
            ),
            workers
        );

    private static RerankModel Load(TextEncoder encoder, int workers) =>
        RerankModel.Over(
            new LoadedModel("mini-rerank", "test", "int8", 1, 512),
            new RerankRunner(
                SharedAssets.Require("models/mini-rerank/model.int8.onnx"),
                TinyModel.Entry("mini-rerank", ModelTask.Rerank),
                0
            ),
            encoder,
            Tokenizer.Load(Path.Combine(Repository.Root, "models", "mini-rerank", "tokenizer.json")),
            new InferenceOptions { Workers = workers }
        );

    private static Pair[] Pairs()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(SharedAssets.Require("models/mini-rerank/golden-pairs.json")));
        return
        [
            .. file
                .RootElement.EnumerateArray()
                .Select(pair => new Pair(
                    pair.GetProperty("q").GetString()!,
                    pair.GetProperty("p").GetString()!,
                    pair.GetProperty("ids").Deserialize<int[]>()!
                )),
        ];
    }

    private sealed record Pair(string Query, string Passage, int[] Ids);
}
