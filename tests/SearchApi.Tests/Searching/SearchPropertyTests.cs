using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedPlatform.Client.Search;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>Random searches against what the documents say, computed one by one.</summary>
public sealed class SearchPropertyTests(Platform platform)
{
    private const int Documents = 240;
    private const int Searches = 500;

    [Fact]
    public async Task Totals_facets_and_pages_of_random_searches_are_those_of_brute_force()
    {
        var random = new Random(20261121);
        var corpus = Enumerable.Range(0, Documents).Select(i => Corpus.Document(random, i)).ToList();
        await using var models = await ModelServer.StartAsync();
        await using var listed = await platform.StartAsync(models);
        // The second one tests filters inside the legs' own statements, as it is done where many documents satisfy them.
        await using var within = await Api.StartAsync(
            listed.Database,
            platform.Redis.ConnectionString,
            models,
            ("Search:ExactDocuments", "0"),
            ("Search:ExactMegabytes", "0")
        );
        await listed.CreateAsync("c", new { language = "simple" });
        await listed.UpsertAsync(
            "c",
            [
                .. corpus.Select(d =>
                    (object)
                        new
                        {
                            id = d.Id,
                            text = d.Text,
                            metadata = d.Metadata,
                        }
                ),
            ]
        );
        await listed.EmbeddedAsync("c");
        var truth = new BruteForce(corpus);

        for (var i = 0; i < Searches; i++)
        {
            await CheckAsync(i, i % 2 == 0 ? listed : within, random, corpus, truth);
        }
    }

    private static async Task CheckAsync(int number, Api api, Random random, List<CorpusDocument> corpus, BruteForce truth)
    {
        var mode = (SearchMode)random.Next(3);
        var query = string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Corpus.Words[random.Next(Corpus.Words.Length)]));
        var filter = random.Next(5) == 0 ? null : RandomFilter.Next(random);
        var threshold = random.Next(3) == 0 && mode != SearchMode.Hybrid ? Between(random, truth.Scores(mode, query)) : null;
        var limit = random.Next(7, 60);
        var request = new JsonObject
        {
            ["query"] = query,
            ["mode"] = mode.ToString().ToLowerInvariant(),
            ["limit"] = limit,
            ["rerank"] = "never",
            ["total"] = true,
            ["facets"] = new JsonArray(
                new JsonObject { ["field"] = "colour", ["limit"] = 100 },
                new JsonObject { ["field"] = "maker.name" },
                new JsonObject { ["field"] = "size", ["limit"] = 100 }
            ),
            ["filter"] = filter?.Json,
            ["threshold"] = threshold,
        };
        if (mode == SearchMode.Hybrid)
        {
            request["leg_depth"] = 1000;
        }

        var expected = truth.Rank(mode, query, d => filter?.Matches(d.Metadata) ?? true, threshold);
        var context = $"search {number}: {request.ToJsonString()}";
        // Without exact, pages by offset are cut from what the index finds for each of them.
        var byCursor = number % 3 == 0;
        request["exact"] = !byCursor;
        var (first, ranking) = await WalkAsync(api, request, limit, byCursor);

        Assert.True(first.Metadata.Total == expected.Count, $"{context}: total {first.Metadata.Total}, expected {expected.Count}");
        Assert.True(ranking.Count == ranking.Distinct().Count(), $"{context}: a document came twice");
        Assert.True(ranking.ToHashSet().SetEquals(expected.Keys), $"{context}: the pages do not hold the matched set");
        for (var i = 1; i < ranking.Count; i++)
        {
            Assert.True(expected[ranking[i]] <= expected[ranking[i - 1]] + 2e-4, $"{context}: place {i} is out of order");
        }

        Assert.Equal(TotalRelation.Equal, first.Metadata.TotalRelation);
        if (mode == SearchMode.Hybrid)
        {
            CheckRelevance(context, query, first, truth);
        }

        CheckFacets(context, corpus.Where(d => expected.ContainsKey(d.Id)).ToList(), first.Facets!);
    }

    private static void CheckRelevance(string context, string query, SearchResponse page, BruteForce truth)
    {
        var least = 1.0;
        foreach (var hit in page.Results)
        {
            least = Math.Min(least, truth.Relevance(query, hit.Id));
            Assert.True(Math.Abs(hit.Score - least) < 2e-4, $"{context}: {hit.Id} has the score {hit.Score}, expected {least}");
        }
    }

    private static async Task<(SearchResponse First, List<string> Ids)> WalkAsync(Api api, JsonObject request, int limit, bool byCursor)
    {
        if (byCursor)
        {
            request["pages"] = true;
        }

        var first = await api.SearchAsync("c", request);
        var (page, ids) = (first, first.Results.Select(hit => hit.Id).ToList());
        for (var offset = limit; byCursor ? page.Metadata.Next is not null : page.Results.Count > 0; offset += limit)
        {
            Assert.True(page.Results.Count <= limit);
            request["offset"] = offset;
            page = await api.SearchAsync("c", byCursor ? new { cursor = page.Metadata.Next } : request);
            Assert.False(byCursor && page.Results.Count == 0);
            ids.AddRange(page.Results.Select(hit => hit.Id));
        }

        return (first, ids);
    }

    private static void CheckFacets(string context, List<CorpusDocument> matched, IReadOnlyList<Facet> facets)
    {
        foreach (var facet in facets)
        {
            var expected = matched
                .SelectMany(d => RandomFilter.Scalars(d.Metadata, facet.Field).Select(v => v.ToJsonString(Relaxed)).Distinct())
                .GroupBy(v => v)
                .ToDictionary(g => g.Key, g => (long)g.Count());
            var counted = facet.Values.ToDictionary(v => JsonSerializer.Serialize(v.Value, Relaxed), v => v.Count);
            Assert.True(
                expected.Count == counted.Count
                    && expected.All(e => counted.TryGetValue(e.Key, out var count) && count == e.Value)
                    && facet.Others == 0,
                $"{context}: {facet.Field} is {string.Join(", ", counted)}, expected {string.Join(", ", expected)}"
            );
            Assert.Equal(facet.Values.Select(v => v.Count).OrderDescending(), facet.Values.Select(v => v.Count));
        }
    }

    private static double? Between(Random random, IEnumerable<double> scores)
    {
        var all = scores.ToList();
        for (var tries = 0; tries < 50; tries++)
        {
            var threshold = Math.Round(all.Max() * random.NextDouble(), 3);
            if (all.All(score => Math.Abs(score - threshold) > 1e-3))
            {
                return threshold;
            }
        }

        return null;
    }

    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
