namespace EmbedPlatform.SearchApi.Searching;

/// <summary>
/// Whether a ranking needs no reranker. It is certain where every leg that found something found the same first document, and that one leads
/// far: (s1 - s2) / (s1 - s10) is at least the asked share, s10 being the tenth or the last score. The measure has no unit, so it is the same for
/// every fusion.
/// </summary>
internal static class Certainty
{
    private const int Neighbours = 10;

    /// <summary>Whether a ranking, best first, is certain.</summary>
    public static bool IsCertain(IReadOnlyList<Candidate> ordered, double lead)
    {
        if (ordered.Count < 2)
        {
            return true;
        }

        var first = ordered[0];
        if (!Leads(ordered, first, candidate => candidate.Lexical) || !Leads(ordered, first, candidate => candidate.Dense))
        {
            return false;
        }

        var spread = first.Score - ordered[Math.Min(Neighbours, ordered.Count) - 1].Score;
        return spread > 0 && (first.Score - ordered[1].Score) / spread >= lead;
    }

    private static bool Leads(IReadOnlyList<Candidate> ordered, Candidate first, Func<Candidate, Leg> leg) =>
        leg(first).Rank == 1 || ordered.All(candidate => leg(candidate).Rank is null);
}
