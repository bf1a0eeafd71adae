using System.Diagnostics;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Demo;
using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Bench.Typos;

/// <summary>Searches judged queries as they are and mistyped, with typo tolerance and without.</summary>
/// <param name="search">The platform.</param>
/// <param name="report">Where the figures go.</param>
/// <param name="seed">The seed of the edits.</param>
/// <param name="show">How many mistyped queries to print that lost all relevant documents.</param>
internal sealed class TyposRun(ISearchClient search, Report report, int seed, int show)
{
    private const double Kept = 0.85;
    private const int WarmUp = 20;

    /// <summary>Names of packages as queries for their packages. Only names without digits, with a word to mistype.</summary>
    public static IReadOnlyList<JudgedQuery> SampleNames(DemoCorpus corpus, int count, int seed)
    {
        var names = corpus
            .Documents.Select(document => document.Id!)
            .Where(name => !name.Any(char.IsDigit) && TypoGenerator.Words(name).Count > 0)
            .ToArray();
        new Random(seed).Shuffle(names);
        return [.. names.Take(count).Select(name => new JudgedQuery(name, name, new Dictionary<string, int> { [name] = 1 }))];
    }

    public async Task MeasureAsync(
        string collection,
        IReadOnlyList<JudgedQuery> queries,
        EvalMode mode,
        CancellationToken cancellationToken
    )
    {
        var name = $"{collection}, {mode.Name}";
        report.Progress($"{name}: {queries.Count} queries");
        foreach (var query in queries.Take(WarmUp))
        {
            await SearchAsync(collection, mode, query.Text, true, cancellationToken);
        }

        var clean = await RunAsync(collection, queries, mode, true, cancellationToken);
        report.Figure($"{name}: nDCG@10", clean.Ndcg);
        report.Figure($"{name}: p50 (ms)", clean.P50);
        var cleanOff = await RunAsync(collection, queries, mode, false, cancellationToken);
        report.Figure($"{name}, without tolerance: nDCG@10", cleanOff.Ndcg);
        for (var edits = 1; edits <= 2; edits++)
        {
            var random = new Random(seed + edits);
            var mistyped = queries
                .Select(query => query with { Text = TypoGenerator.Mistype(query.Text, edits, random) ?? query.Text })
                .ToList();
            var with = await RunAsync(collection, mistyped, mode, true, cancellationToken);
            var without = await RunAsync(collection, mistyped, mode, false, cancellationToken);
            report.Target($"{name}, {edits} edits: nDCG@10 kept", with.Ndcg / cleanOff.Ndcg, "", Kept, atLeast: true);
            report.Figure($"{name}, {edits} edits: nDCG@10", with.Ndcg);
            report.Figure($"{name}, {edits} edits, without tolerance: nDCG@10", without.Ndcg);
            report.Figure($"{name}, {edits} edits: p50 (ms)", with.P50);
            report.Figure($"{name}, {edits} edits: p50 / clean", with.P50 / clean.P50);
            foreach (var i in Enumerable.Range(0, queries.Count).Where(i => with.Scores[i] + 0.2 < cleanOff.Scores[i]).Take(show))
            {
                report.Progress($"  {queries[i].Text}\n    {mistyped[i].Text}\n    {with.Notes[i]}");
            }
        }
    }

    private async Task<Measured> RunAsync(
        string collection,
        IReadOnlyList<JudgedQuery> queries,
        EvalMode mode,
        bool tolerance,
        CancellationToken cancellationToken
    )
    {
        var (scores, times, notes) = (new double[queries.Count], new double[queries.Count], new string[queries.Count]);
        for (var i = 0; i < queries.Count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await SearchAsync(collection, mode, queries[i].Text, tolerance, cancellationToken);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (answer.Metadata.Degraded.Count > 0)
            {
                throw new CommandException($"a degraded response cannot be measured: {answer.Metadata.Degraded[0]}");
            }

            scores[i] = RankingMetrics.Ndcg([.. answer.Results.Select(hit => hit.Id)], queries[i].Judgements, 10);
            notes[i] = string.Join(
                "; ",
                (answer.Metadata.Typos ?? [])
                    .Select(typo => $"{typo.Word}: {string.Join(", ", typo.Matched)}")
                    .Append(answer.Metadata.DidYouMean)
            );
        }

        return new Measured(scores, times.Median(), notes);
    }

    private Task<SearchResponse> SearchAsync(
        string collection,
        EvalMode mode,
        string query,
        bool tolerance,
        CancellationToken cancellationToken
    ) => search.SearchAsync(collection, mode.Request(query, 100) with { TypoTolerance = tolerance }, cancellationToken);

    private sealed record Measured(double[] Scores, double P50, string[] Notes)
    {
        public double Ndcg => Scores.Average();
    }
}
