using System.Diagnostics;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.Demo;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Bench.Typos;

/// <summary>Types the beginnings of descriptions letter by letter and measures the suggestions after each letter.</summary>
internal sealed class SuggestScenario(ISearchClient search, Report report, int seed)
{
    private const int WarmUp = 50;
    private const int MaxWords = 3;
    private const double TargetMilliseconds = 5;

    public async Task MeasureAsync(string collection, DemoCorpus corpus, int count, CancellationToken cancellationToken)
    {
        report.Progress($"{collection}: {count} beginnings of queries");
        var random = new Random(seed);
        var (times, empty, shown) = (new List<double>(), 0, 0);
        foreach (var (beginning, i) in Beginnings(corpus, random).Take(WarmUp + count).Select((beginning, i) => (beginning, i)))
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await search.SuggestAsync(collection, new SuggestRequest { Query = beginning }, cancellationToken);
            if (i >= WarmUp)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                empty += answer.Suggestions.Count == 0 ? 1 : 0;
                shown += answer.Documents.Count > 0 ? 1 : 0;
            }
        }

        report.Target($"{collection}, suggest p50", times.Median(), "ms", TargetMilliseconds);
        report.Figure($"{collection}, suggest p95 (ms)", times.Quantile(0.95));
        report.Figure($"{collection}, suggest p99 (ms)", times.Quantile(0.99));
        report.Figure($"{collection}, beginnings without a suggestion", empty);
        report.Figure($"{collection}, beginnings with documents", shown);
    }

    private static IEnumerable<string> Beginnings(DemoCorpus corpus, Random random)
    {
        while (true)
        {
            var title = corpus.Documents[random.Next(corpus.Documents.Count)].Title!;
            var colon = title.IndexOf(": ", StringComparison.Ordinal);
            var words = title[(colon < 0 ? 0 : colon + 2)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var typed = string.Join(' ', words.Take(random.Next(1, MaxWords + 1)));
            // From the first letter of the last word on.
            for (var length = typed.LastIndexOf(' ') + 2; length <= typed.Length; length++)
            {
                if (char.IsLetterOrDigit(typed[length - 1]))
                {
                    yield return typed[..length];
                }
            }
        }
    }
}
