using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tests.Ingestion;

public sealed class IndexerTests
{
    private readonly StringWriter _error = new();

    [Fact]
    public async Task Documents_are_sent_in_batches_and_counted()
    {
        var search = new ScriptedSearch();

        var report = await RunAsync(search, Documents(2500));

        Assert.Equal([1000, 1000, 500], search.Batches);
        Assert.Equal((2500L, 2500L, 0L), (report.Received, report.Written, report.Unchanged));
        Assert.True(report.IsComplete);
    }

    [Fact]
    public async Task Long_documents_make_smaller_batches()
    {
        var search = new ScriptedSearch();
        var documents = Enumerable.Range(0, 5).Select(index => new Document { Id = $"{index}", Text = new string('a', 3_000_000) });

        await RunAsync(search, documents);

        Assert.Equal([2, 2, 1], search.Batches);
    }

    [Fact]
    public async Task It_waits_until_nothing_is_pending()
    {
        var search = new ScriptedSearch { Pending = new Queue<long>([30, 20, 10]) };

        await RunAsync(search, Documents(30));

        Assert.Empty(search.Pending);
    }

    [Fact]
    public async Task A_batch_that_met_bad_weather_is_sent_again()
    {
        var search = new ScriptedSearch
        {
            BeforeUpsert = number =>
            {
                if (number == 1)
                {
                    throw new PlatformException(
                        "busy",
                        System.Net.HttpStatusCode.ServiceUnavailable,
                        retryAfter: TimeSpan.FromMilliseconds(1)
                    );
                }
            },
        };

        var report = await RunAsync(search, Documents(3));

        Assert.Equal([3, 3], search.Batches);
        Assert.Equal(3, report.Written);
        Assert.Contains("busy", _error.ToString());
    }

    [Fact]
    public async Task A_request_that_is_refused_for_good_is_not_repeated()
    {
        var search = new ScriptedSearch { BeforeUpsert = _ => throw new PlatformException("no", System.Net.HttpStatusCode.BadRequest) };

        await Assert.ThrowsAsync<PlatformException>(() => RunAsync(search, Documents(3)));

        Assert.Single(search.Batches);
    }

    [Fact]
    public async Task A_refused_document_is_told_by_its_id_and_the_report_is_not_complete()
    {
        var report = await RunAsync(new ScriptedSearch { Refused = ["1"] }, Documents(3));

        Assert.Equal((2L, 1L), (report.Written, report.Rejected));
        Assert.False(report.IsComplete);
        Assert.Contains("document 1 refused: text: blank", _error.ToString());
    }

    [Fact]
    public async Task Documents_that_are_there_already_are_told_apart_from_new_ones()
    {
        var search = new ScriptedSearch();
        await RunAsync(search, Documents(10));

        var report = await RunAsync(search, Documents(10));

        Assert.Equal((0L, 10L), (report.Written, report.Unchanged));
        Assert.Contains("not embedded again", report.Describe(waited: true));
    }

    private static IEnumerable<Document> Documents(int count) =>
        Enumerable.Range(0, count).Select(index => new Document { Id = $"{index}", Text = $"text {index}" });

    private Task<IndexingReport> RunAsync(ISearchClient search, IEnumerable<Document> documents)
    {
        var terminal = new Terminal(Stream.Null, TextWriter.Null, _error);
        return new Indexer(search, "docs", terminal).RunAsync(
            documents.ToAsyncEnumerable(),
            wait: true,
            TestContext.Current.CancellationToken
        );
    }
}
