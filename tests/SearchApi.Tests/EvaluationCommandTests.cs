using System.Net.Http.Json;
using System.Text.Json;
using CliWrap.Buffered;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary><c>embedctl eval</c> and <c>embedctl tune</c>, as processes of their own, against SearchApi behind a real port.</summary>
public sealed class EvaluationCommandTests(Platform platform) : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Blank_documents_are_skipped_and_named_and_the_others_are_measured()
    {
        Write(
            [("a", "red boats"), ("blank", " "), ("b", "green cars"), ("empty", "")],
            [("q1", "red boats", "a"), ("q2", "green cars", "b"), ("q3", "nothing", "blank")]
        );
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);

        var (code, output, error) = await RunAsync(api, "eval", "--modes", "lexical,hybrid", "--weights", "lexical=2,dense=0.25", "--json");

        Assert.True(code == 0, error);
        Assert.Contains("2 of 4 documents cannot be stored and are left out: blank, empty", error);
        var report = JsonElement.Parse(output);
        Assert.Equal(
            ["blank", "empty"],
            report.GetProperty("skipped").EnumerateArray().Select(document => document.GetProperty("id").GetString())
        );
        Assert.Equal(4, report.GetProperty("documents").GetInt32());
        var modes = report.GetProperty("modes").EnumerateArray().ToList();
        // Two of three queries find theirs first; what was left out cannot be found.
        Assert.All(modes, mode => Assert.Equal(2.0 / 3, mode.GetProperty("ndcg_at_10").GetDouble(), 9));
        Assert.Equal(0.25, modes[1].GetProperty("fusion").GetProperty("weights").GetProperty("dense").GetDouble());
    }

    [Fact]
    public async Task Tuning_writes_a_better_ranking_to_the_collection_and_a_dry_run_writes_nothing()
    {
        // The reranker counts shared words, of which the relevant documents have most; BM25 is misled by a rare word that is said often.
        var documents = Enumerable
            .Range(0, 40)
            .SelectMany(i =>
                new[]
                {
                    (
                        $"good{i}",
                        $"topic{i} alpha{i} beta{i} gamma{i} and much else that is of no matter to anybody who reads this at length"
                    ),
                    ($"bad{i}", $"topic{i} topic{i} topic{i}"),
                }
            );
        Write([.. documents], [.. Enumerable.Range(0, 40).Select(i => ($"q{i}", $"topic{i} alpha{i} beta{i} gamma{i}", $"good{i}"))]);
        await using var models = await ModelServer.StartAsync();
        models.Fusion =
        [
            new FusionAdvice
            {
                Embedder = "bag",
                Lexical = 0,
                Dense = 1,
                Measured = "a test",
            },
            new FusionAdvice
            {
                Embedder = "bag",
                Reranker = "overlap",
                Lexical = 0,
                Dense = 1,
                Rerank = 0,
                RerankGain = -1,
                Measured = "a test",
            },
        ];
        models.Distort = (text, vector) =>
            text.StartsWith("topic", StringComparison.Ordinal)
            && text.Contains("alpha", StringComparison.Ordinal)
            && text.Contains("length", StringComparison.Ordinal)
                ? [.. vector.Select(x => -x)]
                : vector;
        await using var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);

        var dry = await RunAsync(api, "tune", "--dry-run", "--json");
        var before = await CollectionAsync(api);
        var tuned = await RunAsync(api, "tune", "--json");
        var after = await CollectionAsync(api);
        var again = await RunAsync(api, "tune", "--json");

        Assert.True(dry.ExitCode == 0, dry.StandardError);
        Assert.True(tuned.ExitCode == 0, tuned.StandardError);
        var (wouldBe, report, second) = (
            JsonElement.Parse(dry.StandardOutput),
            JsonElement.Parse(tuned.StandardOutput),
            JsonElement.Parse(again.StandardOutput)
        );
        Assert.False(wouldBe.GetProperty("written").GetBoolean());
        Assert.Null(before.Weights);
        Assert.True(report.GetProperty("written").GetBoolean());
        Assert.Equal("fused", report.GetProperty("winner").GetString());
        Assert.Equal(wouldBe.GetProperty("fused").GetProperty("p").GetDouble(), report.GetProperty("fused").GetProperty("p").GetDouble());
        Assert.True(report.GetProperty("fused").GetProperty("gain").GetDouble() > 0.1);
        Assert.True(report.GetProperty("fused").GetProperty("p").GetDouble() < 0.01);
        Assert.True(after.Weights!.Lexical > 0);
        Assert.Equal(RerankMode.Never, after.Rerank);
        // What was written is what ranks now, and nothing is better than it.
        Assert.Equal("current", second.GetProperty("winner").GetString());
        Assert.Equal(
            report.GetProperty("fused").GetProperty("in_sample").GetDouble(),
            second.GetProperty("current").GetProperty("ndcg").GetDouble(),
            9
        );
    }

    [Fact]
    public async Task A_reranker_that_ranks_better_than_any_fusion_becomes_the_collections()
    {
        var documents = Enumerable
            .Range(0, 40)
            .SelectMany(i =>
                new[]
                {
                    ($"good{i}", $"alpha{i} beta{i} gamma{i} and much else that is of no matter to anybody who reads this at length"),
                    ($"bad{i}", $"alpha{i} alpha{i} alpha{i}"),
                }
            );
        Write([.. documents], [.. Enumerable.Range(0, 40).Select(i => ($"q{i}", $"alpha{i} alpha{i} alpha{i} beta{i}", $"good{i}"))]);
        await using var models = await ModelServer.StartAsync();
        models.Fusion =
        [
            new FusionAdvice
            {
                Embedder = "bag",
                Lexical = 1,
                Dense = 1,
                Measured = "a test",
            },
        ];
        models.Distort = (text, vector) => text.Contains("length", StringComparison.Ordinal) ? [.. vector.Select(x => -x)] : vector;
        await using var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);

        var (code, output, error) = await RunAsync(api, "tune");
        var after = await CollectionAsync(api);

        Assert.True(code == 0, error);
        Assert.Contains("ranks by", output);
        Assert.Equal(RerankMode.Always, after.Rerank);
        Assert.True(after.Weights!.Rerank > 0);
        Assert.NotNull(after.RerankDepth);
    }

    [Fact]
    public async Task Too_few_judgements_are_rejected_before_any_work()
    {
        Write([("a", "red boats")], [("q1", "red boats", "a")]);
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);

        var (code, _, error) = await RunAsync(api, "tune");

        Assert.Equal(1, code);
        Assert.Contains("1 judged queries are too few for 5 folds", error);
        Assert.Empty((await api.Http.GetFromJsonAsync<CollectionList>("/api/v1/collections", Platform.Json))!.Collections);
    }

    private void Write((string Id, string Text)[] documents, (string Id, string Text, string Relevant)[] queries)
    {
        Write("corpus.jsonl", documents.Select(document => JsonSerializer.Serialize(new { _id = document.Id, text = document.Text })));
        Write("queries.jsonl", queries.Select(query => JsonSerializer.Serialize(new { _id = query.Id, text = query.Text })));
        foreach (var split in (string[])["train", "test"])
        {
            Write($"qrels/{split}.tsv", ["query-id\tcorpus-id\tscore", .. queries.Select(query => $"{query.Id}\t{query.Relevant}\t1")]);
        }
    }

    private void Write(string file, IEnumerable<string> lines) => _data.Write(file, string.Join('\n', lines));

    private static async Task<Collection> CollectionAsync(ServiceProcess api) =>
        (await api.Http.GetFromJsonAsync<Collection>("/api/v1/collections/c", Platform.Json))!;

    private Task<BufferedCommandResult> RunAsync(ServiceProcess api, params string[] arguments) =>
        Programs.RunAsync(
            "dotnet",
            [
                Repository.Built("Cli", "embedctl.dll"),
                .. arguments,
                "--data",
                _data.Path,
                "--collection",
                "c",
                "--search-url",
                api.Http.BaseAddress!.AbsoluteUri,
            ]
        );
}
