using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>What a search must answer, computed from the documents one by one.</summary>
internal sealed class BruteForce(IReadOnlyList<CorpusDocument> documents)
{
    private readonly string[][] _words = [.. documents.Select(d => d.Text.Split(' '))];
    private readonly double[][] _vectors = [.. documents.Select(d => Halved(ModelServer.VectorOf(d.Text)))];

    /// <summary>Every document that matches, with the value that orders it. A hybrid search has no threshold here.</summary>
    public Dictionary<string, double> Rank(SearchMode mode, string query, Func<CorpusDocument, bool> filter, double? threshold)
    {
        var inside = Enumerable.Range(0, documents.Count).Where(i => filter(documents[i])).ToList();
        var (bm25, cosine) = (Bm25(query.Split(' ')), Cosine(query));
        var words = inside.Where(i => bm25[i] > 0 && (mode != SearchMode.Lexical || threshold is null || bm25[i] >= threshold)).ToList();
        var near = inside.Where(i => mode != SearchMode.Dense || threshold is null || cosine[i] >= threshold).ToList();
        switch (mode)
        {
            case SearchMode.Lexical:
                return words.ToDictionary(i => documents[i].Id, i => bm25[i]);
            case SearchMode.Dense:
                return near.ToDictionary(i => documents[i].Id, i => cosine[i]);
            default:
                var pool = words.Union(near).ToList();
                var anyWord = query.Split(' ').Any(word => _words.Any(w => w.Contains(word)));
                var (z1, z2) = (anyWord ? Z([.. pool.Select(i => bm25[i])]) : new double[pool.Count], Z([.. pool.Select(i => cosine[i])]));
                return pool.Select((i, n) => (documents[i].Id, Score: z1[n] + (0.5 * z2[n]))).ToDictionary(p => p.Id, p => p.Score);
        }
    }

    /// <summary>The relevance of a document in a hybrid search with the weights 1 and 0.5.</summary>
    public double Relevance(string query, string id)
    {
        var words = query.Split(' ');
        var i = Enumerable.Range(0, documents.Count).First(i => documents[i].Id == id);
        var cosine = Math.Clamp(Cosine(query)[i], 0, 1);
        var full = words.Sum(Idf);
        return words.Any(word => _words.Any(w => w.Contains(word))) ? (Math.Min(1, Bm25(words)[i] / full) + (0.5 * cosine)) / 1.5 : cosine;
    }

    /// <summary>The scores that thresholds must keep away from, so that rounding decides nothing.</summary>
    public IEnumerable<double> Scores(SearchMode mode, string query) => mode == SearchMode.Lexical ? Bm25(query.Split(' ')) : Cosine(query);

    private static double[] Z(double[] scores)
    {
        if (scores.Length == 0)
        {
            return [];
        }

        var mean = scores.Average();
        var deviation = Math.Sqrt(scores.Average(s => (s - mean) * (s - mean)));
        return [.. scores.Select(s => deviation > 1e-9 * Math.Max(1, Math.Abs(mean)) ? (s - mean) / deviation : 0)];
    }

    private double[] Bm25(string[] query)
    {
        var average = _words.Average(words => words.Length);
        var idf = query.Distinct().ToDictionary(term => term, Idf);
        return
        [
            .. _words.Select(words =>
                query.Sum(term =>
                {
                    double tf = words.Count(word => word == term);
                    return tf == 0 ? 0 : idf[term] * tf * 1.9 / (tf + (0.9 * (1 - 0.4 + (0.4 * words.Length / average))));
                })
            ),
        ];
    }

    private double Idf(string term)
    {
        var df = _words.Count(words => words.Contains(term));
        return Math.Log(1 + ((_words.Length - df + 0.5) / (df + 0.5)));
    }

    private double[] Cosine(string query)
    {
        var q = Halved(ModelServer.VectorOf(query));
        return [.. _vectors.Select(v => Dot(v, q) / Math.Sqrt(Dot(v, v) * Dot(q, q)))];
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Halved(float[] vector) => [.. vector.Select(x => (double)(Half)x)];
}
