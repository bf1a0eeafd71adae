using EmbedPlatform.SearchApi.Search.Legs;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>BM25 over posting lists in memory, with the same scores to the last bit as in the database.</summary>
internal static class PostingScores
{
    /// <summary>The best documents, best first; ties are ordered by row.</summary>
    public static List<LegHit> Top(LexicalQuery query, Bm25Options bm25, int limit)
    {
        var lists = query.Postings!;
        var weights = query.ScaledWeights(bm25);
        var at = new int[lists.Length];
        var best = new PriorityQueue<LegHit, LegHit>(limit + 1, WorstFirst);
        for (var document = Next(lists, at); document != long.MaxValue; document = Next(lists, at))
        {
            var score = 0.0;
            for (var i = 0; i < lists.Length; i++)
            {
                if (at[i] < lists[i].Count && lists[i].Documents[at[i]] == document)
                {
                    score += Part(query, weights[i], bm25, i, at[i]++);
                }
            }

            score *= LexicalQuery.ScoreUnit;
            var hit = new LegHit(document, score);
            if (best.Count < limit)
            {
                best.Enqueue(hit, hit);
            }
            else if (score > best.Peek().Score)
            {
                best.EnqueueDequeue(hit, hit);
            }
        }

        var hits = new List<LegHit>(best.Count);
        while (best.TryDequeue(out var hit, out _))
        {
            hits.Add(hit);
        }

        hits.Reverse();
        return hits;
    }

    /// <summary>Scores given documents; documents without any of the terms are absent.</summary>
    public static List<LegHit> Score(LexicalQuery query, Bm25Options bm25, IReadOnlyCollection<long> documents)
    {
        var hits = new List<LegHit>(documents.Count);
        var weights = query.ScaledWeights(bm25);
        foreach (var document in documents)
        {
            double? score = null;
            for (var i = 0; i < query.Terms.Length; i++)
            {
                var place = Array.BinarySearch(query.Postings![i].Documents, document);
                score = place >= 0 ? (score ?? 0) + Part(query, weights[i], bm25, i, place) : score;
            }

            if (score is { } found)
            {
                hits.Add(new LegHit(document, found * LexicalQuery.ScoreUnit));
            }
        }

        return hits;
    }

    private static readonly Comparer<LegHit> WorstFirst = Comparer<LegHit>.Create(
        (one, other) => one.Score != other.Score ? one.Score.CompareTo(other.Score) : other.DocumentId.CompareTo(one.DocumentId)
    );

    private static long Next(PostingList[] lists, int[] at)
    {
        var next = long.MaxValue;
        for (var i = 0; i < lists.Length; i++)
        {
            var documents = lists[i].Documents;
            if (at[i] < documents.Length && documents[at[i]] < next)
            {
                next = documents[at[i]];
            }
        }

        return next;
    }

    private static double Part(LexicalQuery query, double weight, Bm25Options bm25, int term, int place)
    {
        var list = query.Postings![term];
        double frequency = list.Frequencies[place];
        return Math.Round(
            weight * frequency / (frequency + (bm25.K1 * (1 - bm25.B + (bm25.B * list.Lengths[place] / query.AverageLength))))
        );
    }
}
