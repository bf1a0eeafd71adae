using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.TestKit;

namespace EmbedPlatform.Cli.Tests.Evaluation;

public sealed class BeirDatasetTests : IDisposable
{
    private const string Corpus = """
        {"_id": "d1", "title": "One", "text": "first"}
        {"_id": "d2", "title": "", "text": "second", "metadata": {}}

        {"_id": "d3", "title": "Only a title", "text": ""}
        """;

    private const string Queries = """
        {"_id": "q1", "text": "what is first", "metadata": {"url": "x"}}
        {"_id": "q2", "text": "nobody judged this"}
        {"_id": "q3", "text": "what is third"}
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Corpus_queries_and_judgements_are_read_as_BEIR_has_them()
    {
        var dataset = Open("query-id\tcorpus-id\tscore\nq3\td3\t1\nq1\td1\t2\nq1\td2\t0\n");
        var documents = await dataset
            .ReadCorpusAsync(TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["q1", "q3"], dataset.Queries.Select(query => query.Id));
        Assert.Equal(new Dictionary<string, int> { ["d1"] = 2, ["d2"] = 0 }, dataset.Queries[0].Judgements);
        Assert.Equal(["d1", "d2", "d3"], documents.Select(document => document.Id));
        Assert.Equal("One", documents[0].Title);
        Assert.Null(documents[1].Title);
        Assert.Equal("Only a title", documents[2].Text);
        Assert.Equal(3, dataset.CountDocuments());
    }

    [Fact]
    public void A_judgement_file_without_a_header_line_loses_no_judgement() =>
        Assert.Equal(["q1"], Open("q1\td1\t1\n").Queries.Select(query => query.Id));

    [Fact]
    public void The_collection_is_named_like_the_folder()
    {
        var inner = Path.Combine(_folder.Path, "My_Data.v2");
        Directory.CreateDirectory(inner);

        Assert.Equal("my-data-v2", new BeirDataset(inner + "/", []).Name);
    }

    [Theory]
    [InlineData("query-id\tcorpus-id\tscore\nq1\td1\n", "test.tsv:2")]
    [InlineData("query-id\tcorpus-id\tscore\nq1\td1\tmuch\n", "test.tsv:2")]
    [InlineData("query-id\tcorpus-id\tscore\n", "has no judgements")]
    [InlineData("query-id\tcorpus-id\tscore\nq9\td1\t1\n", "q9")]
    public void A_judgement_file_that_is_wrong_is_named_with_the_place(string judgements, string told) =>
        Assert.Contains(told, Assert.Throws<CommandException>(() => Open(judgements)).Message);

    [Fact]
    public void A_query_line_that_is_wrong_is_named_with_its_number()
    {
        _folder.Write("corpus.jsonl", Corpus);
        _folder.Write("queries.jsonl", "{\"_id\": \"q1\", \"text\": \"fine\"}\n{\"_id\": \"q2\"}\n");
        _folder.Write("qrels/test.tsv", "q1\td1\t1\n");

        Assert.Contains("queries.jsonl:2", Assert.Throws<CommandException>(() => BeirDataset.Open(_folder.Path, "test")).Message);
    }

    [Fact]
    public async Task SciFact_is_read_whole()
    {
        var dataset = BeirDataset.Open(SharedAssets.Require("eval/scifact"), "test");

        Assert.Equal(300, dataset.Queries.Count);
        Assert.Equal(5183, dataset.CountDocuments());
        Assert.Equal(
            5183,
            await dataset.ReadCorpusAsync(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(339, dataset.Queries.Sum(query => query.Judgements.Count));
    }

    public void Dispose() => _folder.Dispose();

    private BeirDataset Open(string judgements)
    {
        _folder.Write("corpus.jsonl", Corpus);
        _folder.Write("queries.jsonl", Queries);
        _folder.Write("qrels/test.tsv", judgements);
        return BeirDataset.Open(_folder.Path, "test");
    }
}
