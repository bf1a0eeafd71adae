using System.Diagnostics;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Bench.Replicas;

/// <summary>The results with one number of replicas.</summary>
/// <param name="Replicas">How many of each service.</param>
/// <param name="DocumentsPerSecond">Documents from the first upload until the last one's vectors were committed.</param>
/// <param name="QueriesPerSecond">Answered hybrid searches, each with a new question.</param>
/// <param name="Milliseconds">The median of their times.</param>
/// <param name="Lost">Documents without vectors, or set aside, at the end.</param>
/// <param name="Twice">Chunks that were embedded more than once.</param>
/// <param name="Failed">Searches and uploads that failed, or answered without a leg.</param>
/// <param name="Busiest">The largest share of the embedded tokens that ran on one EmbedService.</param>
internal sealed record ReplicaRun(
    int Replicas,
    double DocumentsPerSecond,
    double QueriesPerSecond,
    double Milliseconds,
    long Lost,
    long Twice,
    long Failed,
    double Busiest
)
{
    private const string Collection = "bench";
    private const int UploadSize = 25;
    private const int CallersPerReplica = 4;
    private const string Tokens = "embedplatform_inference_tokens_total";
    private const string Embedded = "embedplatform_ingestion_chunks_embedded_total";

    private static readonly TimeSpan IngestTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Starts the platform with this many replicas, fills it and searches it.</summary>
    public static async Task<ReplicaRun> RunAsync(ReplicasSettings settings, int replicas, Report report)
    {
        await using var cluster = await Cluster.StartAsync(settings, replicas);
        report.Progress($"{replicas} of each: started, warming up");
        await FillAsync(cluster, "warm", 40 * replicas, from: 1_000_000, callers: replicas);
        await SearchAsync(cluster, "warm", settings, replicas, TimeSpan.FromSeconds(3));
        cluster.Limit(settings);

        var (tokens, embedded) = (await cluster.EmbedCountersAsync(Tokens), (await cluster.SearchCountersAsync(Embedded)).Sum());
        var start = Stopwatch.GetTimestamp();
        var failed = await FillAsync(cluster, Collection, settings.Documents, from: 0, callers: 2 * replicas);
        var filled = Stopwatch.GetElapsedTime(start);
        var shares = (await cluster.EmbedCountersAsync(Tokens)).Zip(tokens, (after, before) => after - before).ToArray();
        embedded = (await cluster.SearchCountersAsync(Embedded)).Sum() - embedded;
        report.Progress($"{replicas} of each: {settings.Documents} documents in {filled.TotalSeconds:F1} s");

        var stats =
            await cluster.Search.GetCollectionStatsAsync(Collection) ?? throw new CommandException("the collection no longer exists");
        var chunks = await cluster.CountAsync(
            "SELECT count(*) FROM chunk JOIN document ON document.id = document_id "
                + $"JOIN collection ON collection.id = collection_id WHERE name = '{Collection}'"
        );
        var lost = settings.Documents - stats.Documents + stats.Pending + stats.Failed + (chunks - stats.Chunks);
        var (times, failedSearches) = await SearchAsync(cluster, Collection, settings, replicas, TimeSpan.FromSeconds(settings.Seconds));
        return new ReplicaRun(
            replicas,
            settings.Documents / filled.TotalSeconds,
            times.Count / (double)settings.Seconds,
            times.Count > 0 ? times.Median() : 0,
            lost,
            (long)embedded - chunks,
            failed + failedSearches,
            shares.Max() / shares.Sum()
        );
    }

    /// <summary>Uploads documents from several callers and waits until nothing is left to be embedded.</summary>
    /// <returns>How many documents were refused.</returns>
    private static async Task<long> FillAsync(Cluster cluster, string collection, int documents, int from, int callers)
    {
        await cluster.Search.CreateCollectionAsync(collection);
        var (next, failed) = (from, 0L);
        await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(async _ =>
                {
                    for (
                        var first = Interlocked.Add(ref next, UploadSize) - UploadSize;
                        first < from + documents;
                        first = Interlocked.Add(ref next, UploadSize) - UploadSize
                    )
                    {
                        Document[] upload =
                        [
                            .. Enumerable
                                .Range(first, Math.Min(UploadSize, from + documents - first))
                                .Select(number => new Document
                                {
                                    Id = $"{number}",
                                    Title = $"Document {number}",
                                    Text = SyntheticTexts.Document(number),
                                }),
                        ];
                        Interlocked.Add(ref failed, (await cluster.Search.UpsertAsync(collection, upload)).ErrorCount);
                    }
                })
        );

        var start = Stopwatch.GetTimestamp();
        while (await cluster.CountAsync("SELECT count(*) FROM embedding_work WHERE failed_reason IS NULL") > 0)
        {
            if (Stopwatch.GetElapsedTime(start) > IngestTimeout)
            {
                throw new CommandException($"not all documents were embedded within {IngestTimeout.TotalMinutes:F0} minutes");
            }

            await Task.Delay(50);
        }

        return failed;
    }

    private static async Task<(List<double> Times, long Failed)> SearchAsync(
        Cluster cluster,
        string collection,
        ReplicasSettings settings,
        int replicas,
        TimeSpan time
    )
    {
        var (start, question, failed) = (Stopwatch.GetTimestamp(), 0, 0L);
        var times = await Task.WhenAll(
            Enumerable
                .Range(0, CallersPerReplica * replicas)
                .Select(async _ =>
                {
                    var own = new List<double>();
                    while (Stopwatch.GetElapsedTime(start) < time)
                    {
                        var started = Stopwatch.GetTimestamp();
                        try
                        {
                            var query = SyntheticTexts.Question(Interlocked.Increment(ref question), settings.Documents);
                            var answer = await cluster.Search.SearchAsync(
                                collection,
                                new SearchRequest { Query = query, Rerank = RerankMode.Never }
                            );
                            if (answer.Metadata.Degraded.Count > 0 || answer.Results.Count == 0)
                            {
                                Interlocked.Increment(ref failed);
                            }
                            else
                            {
                                own.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                            }
                        }
                        catch (PlatformException)
                        {
                            Interlocked.Increment(ref failed);
                        }
                    }

                    return own;
                })
        );
        return ([.. times.SelectMany(own => own)], failed);
    }
}
