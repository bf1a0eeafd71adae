using System.Net;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class PhraseTests(Platform platform)
{
    private const double K1 = 0.9;
    private const double B = 0.4;

    /// <summary>Few words, so that they stand beside each other often; beginnings that are shared, and one that is a whole word.</summary>
    private static readonly string[] Words = ["cat", "catalog", "category", "dog", "dogma", "doge", "bird", "birch"];

    [Fact]
    public async Task Random_phrases_and_prefixes_match_and_score_like_brute_force()
    {
        var random = new Random(8);
        string[][] texts =
        [
            .. Enumerable.Range(0, 250).Select(_ => Enumerable.Range(0, random.Next(2, 9)).Select(_ => Pick(random)).ToArray()),
        ];
        await using var models = await ModelServer.StartAsync();
        await using var listed = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await using var within = await Api.StartAsync(
            listed.Database,
            platform.Redis.ConnectionString,
            models,
            ("Search:ExactDocuments", "0"),
            ("Search:ExactMegabytes", "0"),
            ("Ingestion:Workers", "0")
        );
        await listed.CreateAsync("c", new { language = "simple" });
        await listed.UpsertAsync(
            "c",
            [
                .. texts.Select(
                    (words, i) =>
                        (object)
                            new
                            {
                                id = $"d{i}",
                                title = words[0],
                                text = string.Join(' ', words[1..]),
                            }
                ),
            ]
        );

        for (var i = 0; i < 120; i++)
        {
            var query = Query(random);
            var found = await (i % 2 == 0 ? listed : within).SearchAsync(
                "c",
                new
                {
                    query = query.Text,
                    mode = "lexical",
                    limit = 1000,
                    total = true,
                }
            );

            var expected = query
                .Score(texts)
                .Select((score, d) => (Id: $"d{d}", Score: score))
                .Where(d => d.Score > 0)
                .ToDictionary(d => d.Id, d => d.Score);
            Assert.True(
                expected.Keys.ToHashSet().SetEquals(found.Results.Select(hit => hit.Id)),
                $"{query.Text}: found {found.Results.Count}, expected {expected.Count}"
            );
            Assert.Equal(expected.Count, found.Metadata.Total);
            Assert.All(found.Results, hit => Assert.Equal(expected[hit.Id], hit.Score, 1e-9));
            Assert.All(found.Results, hit => Assert.Equal(hit.Score, hit.Explain.Lexical!.Contribution));
        }
    }

    [Fact]
    public async Task In_hybrid_mode_every_hit_has_the_phrase_and_in_dense_mode_quotes_mean_nothing()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { language = "english" });
        await api.UpsertAsync(
            "c",
            new { id = "both", text = "He was running the dogs home" },
            new { id = "apart", text = "The dogs run where others were running" },
            new { id = "far", text = "Something else entirely" }
        );
        await api.EmbeddedAsync("c");

        // Stems and stop words are the language's: "run the dog" is "running the dogs", and "the" holds its place.
        var hybrid = await api.SearchAsync("c", new { query = "\"run the dog\"", total = true });
        var without = await api.SearchAsync("c", new { query = "\"run dog\"" });
        var stop = await api.SearchAsync("c", new { query = "\"the\" dogs", mode = "lexical" });
        var dense = await api.SearchAsync("c", new { query = "\"run the dog\"", mode = "dense" });

        Assert.Equal(["both"], hybrid.Results.Select(hit => hit.Id));
        Assert.Equal(1, hybrid.Metadata.Total);
        Assert.Empty(without.Results);
        Assert.Equal(["apart", "both"], stop.Results.Select(hit => hit.Id).Order());
        Assert.Equal(3, dense.Results.Count);
    }

    [Fact]
    public async Task A_phrase_is_found_anywhere_in_a_long_text()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c", new { language = "simple" });
        string Text(int before) =>
            new string('x', 3)
            + string.Concat(Enumerable.Repeat(" ab cd", before / 6))
            + " needle point "
            + string.Concat(Enumerable.Repeat(" ef point gh needle", 2000));
        int[] places = [0, 7_970, 7_988, 7_994, 8_000, 8_990, 15_988, 30_000, 200_000];
        await api.UpsertAsync(
            "c",
            [
                .. places.Select((before, i) => (object)new { id = $"d{i}", text = Text(before) }),
                new { id = "none", text = Text(0).Replace("needle point", "needle", StringComparison.Ordinal) },
            ]
        );

        var found = await api.SearchAsync("c", new { query = "\"needle point\"", mode = "lexical" });
        var cut = await api.SearchAsync("c", new { query = "\"oint gh\"", mode = "lexical" });

        Assert.Equal(places.Length, found.Results.Count);
        Assert.DoesNotContain(found.Results, hit => hit.Id == "none");
        Assert.Empty(cut.Results);
    }

    [Fact]
    public async Task Highlights_mark_the_words_that_a_prefix_matches()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c", new { language = "english" });
        await api.UpsertAsync("c", new { id = "a", text = "A computer computes" }, new { id = "b", text = "A company" });

        var found = await api.SearchAsync(
            "c",
            new
            {
                query = "comput*",
                mode = "lexical",
                highlight = true,
            }
        );

        Assert.Equal("A <em>computer</em> <em>computes</em>", Assert.Single(found.Results).Highlights!["text"][0]);
    }

    [Fact]
    public async Task Too_many_phrases_or_prefixes_are_a_400()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");

        var many = await api.PostSearchAsync("c", new { query = string.Join(' ', Enumerable.Range(0, 11).Select(i => $"word{i}*")) });
        var longOne = await api.PostSearchAsync("c", new { query = $"\"{new string('x', 501)}\"" });

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (many.StatusCode, longOne.StatusCode));
        Assert.Contains("\"query\":[", await many.Content.ReadAsStringAsync());
    }

    private static string Pick(Random random) => Words[random.Next(Words.Length)];

    private static MarkedQuery Query(Random random)
    {
        string[] plain = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Pick(random))];
        string[][] phrases =
        [
            .. Enumerable.Range(0, random.Next(3)).Select(_ => Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random)).ToArray()),
        ];
        string[] begun =
        [
            .. Enumerable
                .Range(0, plain.Length + phrases.Length == 0 ? 1 : random.Next(3))
                .Select(_ => Pick(random))
                .Select(word => word[..random.Next(2, word.Length + 1)])
                .Distinct(),
        ];
        return new MarkedQuery(plain, phrases, begun);
    }

    private sealed record MarkedQuery(string[] Plain, string[][] Phrases, string[] Begun)
    {
        public string Text =>
            string.Join(' ', [.. Plain, .. Phrases.Select(words => $"\"{string.Join(' ', words)}\""), .. Begun.Select(word => word + "*")]);

        public double[] Score(string[][] documents)
        {
            var weights = new Dictionary<string, double>();
            foreach (var word in Plain.Concat(Phrases.SelectMany(words => words)))
            {
                weights[word] = weights.GetValueOrDefault(word) + Idf(documents.Length, Count(documents, word));
            }

            foreach (var beginning in Begun)
            {
                var terms = documents
                    .SelectMany(words => words)
                    .Distinct()
                    .Where(word => word.StartsWith(beginning, StringComparison.Ordinal))
                    .ToList();
                var together = Math.Min(documents.Length, terms.Sum(term => Count(documents, term)));
                terms.ForEach(term => weights[term] = weights.GetValueOrDefault(term) + Idf(documents.Length, together));
            }

            var average = documents.Average(words => words.Length);
            return
            [
                .. documents.Select(words =>
                    Phrases.All(phrase => Has(words, phrase)) ? weights.Sum(term => term.Value * Saturated(words, term.Key, average)) : 0
                ),
            ];
        }

        private static int Count(string[][] documents, string word) => documents.Count(words => words.Contains(word));

        private static double Idf(int documents, int having) =>
            having == 0 ? 0 : Math.Log(1 + ((documents - having + 0.5) / (having + 0.5)));

        private static double Saturated(string[] words, string term, double average)
        {
            double tf = words.Count(word => word == term);
            return tf * (K1 + 1) / (tf + (K1 * (1 - B + (B * words.Length / average))));
        }

        private static bool Has(string[] words, string[] phrase) =>
            Enumerable
                .Range(0, Math.Max(0, words.Length - phrase.Length + 1))
                .Any(start => words.AsSpan(start, phrase.Length).SequenceEqual(phrase));
    }
}
