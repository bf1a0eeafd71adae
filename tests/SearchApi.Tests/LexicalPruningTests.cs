using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class LexicalPruningTests(Platform platform)
{
    private const double K1 = 0.9;
    private const double B = 0.4;

    [Theory]
    [InlineData("the of number3 kind7 word2")]
    [InlineData("the number1 of")]
    [InlineData("number3 number3 kind1 kind2 the")]
    [InlineData("the of")]
    public async Task Skipping_the_lists_of_frequent_words_changes_no_score_and_no_place(string query)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"), ("Search:LegDepth", "10"));
        await api.CreateAsync("many", new { language = "simple" });
        var texts = Enumerable.Range(0, 4000).Select(Text).ToArray();
        await api.UpsertAsync("many", [.. texts.Select((text, i) => (object)new { id = $"d{i}", text })]);

        var found = await api.SearchAsync(
            "many",
            new
            {
                query,
                mode = "lexical",
                limit = 10,
            }
        );

        var expected = Bm25(texts, query.Split(' '));
        var best = expected.OrderByDescending(score => score).Take(10).ToArray();
        Assert.Equal(10, found.Results.Count);
        Assert.All(
            found.Results.Zip(best),
            pair =>
            {
                Assert.Equal(pair.Second, pair.First.Score, 1e-9);
                Assert.Equal(expected[int.Parse(pair.First.Id[1..])], pair.First.Score, 1e-9);
            }
        );
    }

    private static string Text(int i) =>
        string.Join(
            ' ',
            Enumerable
                .Repeat("the", 1 + (i % 4))
                .Concat(Enumerable.Repeat("of", 1 + (i % 3)))
                .Concat(Enumerable.Repeat($"number{i % 150}", 1 + (i % 5)))
                .Append($"kind{i % 11}")
                .Append($"word{i % 37}")
                .Concat(Enumerable.Repeat("filler", i % 13))
        );

    private static double[] Bm25(string[] texts, string[] query)
    {
        var documents = texts.Select(text => text.Split(' ')).ToArray();
        var average = documents.Average(words => words.Length);
        var idf = query
            .Distinct()
            .ToDictionary(
                term => term,
                term =>
                {
                    var df = documents.Count(words => words.Contains(term));
                    return Math.Log(1 + ((documents.Length - df + 0.5) / (df + 0.5)));
                }
            );
        return
        [
            .. documents.Select(words =>
                query.Sum(term =>
                {
                    double tf = words.Count(word => word == term);
                    return tf == 0 ? 0 : idf[term] * tf * (K1 + 1) / (tf + (K1 * (1 - B + (B * words.Length / average))));
                })
            ),
        ];
    }
}
