namespace EmbedPlatform.TrainReranker.Data;

/// <summary>BM25 over token ids, with the constants of SearchApi.</summary>
internal sealed class Bm25
{
    private const double K1 = 0.9;
    private const double B = 0.4;

    private readonly Dictionary<int, List<(int Document, int Count)>> _postings = [];
    private readonly int[] _lengths;
    private readonly double _mean;

    public Bm25(IReadOnlyList<int[]> documents)
    {
        _lengths = [.. documents.Select(document => document.Length)];
        _mean = _lengths.Average();
        for (var i = 0; i < documents.Count; i++)
        {
            foreach (var group in documents[i].GroupBy(token => token))
            {
                if (!_postings.TryGetValue(group.Key, out var list))
                {
                    _postings[group.Key] = list = [];
                }

                list.Add((i, group.Count()));
            }
        }
    }

    /// <summary>The best documents with their scores, best first.</summary>
    public List<(int Document, double Score)> Search(int[] query, int count)
    {
        var scores = new Dictionary<int, double>();
        foreach (var token in query.Distinct())
        {
            if (!_postings.TryGetValue(token, out var list) || list.Count > _lengths.Length / 4)
            {
                continue;
            }

            var weight = Math.Log(1 + ((_lengths.Length - list.Count + 0.5) / (list.Count + 0.5)));
            foreach (var (document, times) in list)
            {
                scores[document] =
                    scores.GetValueOrDefault(document) + (weight * times / (times + (K1 * (1 - B + (B * _lengths[document] / _mean)))));
            }
        }

        return
        [
            .. scores.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(count).Select(pair => (pair.Key, pair.Value)),
        ];
    }
}
