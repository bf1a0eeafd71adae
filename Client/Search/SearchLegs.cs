using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>
/// A leg of a search: one score per candidate. The members of <see cref="LegWeights"/>, <see cref="HitExplanation"/> and
/// <see cref="SearchTimings"/> are named after the legs.
/// </summary>
public enum SearchLeg
{
    /// <summary>BM25.</summary>
    Lexical,

    /// <summary>Cosine similarity of the best chunk.</summary>
    Dense,

    /// <summary>The cross-encoder, which scores the best candidates of the other legs.</summary>
    Rerank,
}

/// <summary>The legs that retrieve candidates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SearchMode>))]
public enum SearchMode
{
    /// <summary>BM25 and dense vectors, fused.</summary>
    [JsonStringEnumMemberName("hybrid")]
    Hybrid,

    /// <summary>BM25 only.</summary>
    [JsonStringEnumMemberName("lexical")]
    Lexical,

    /// <summary>Dense vectors only.</summary>
    [JsonStringEnumMemberName("dense")]
    Dense,

    /// <summary>No leg: a search without a query, which lists documents.</summary>
    [JsonStringEnumMemberName("browse")]
    Browse,
}

/// <summary>The weight of each leg in fusion, from 0 to 100; absent weights have their default.</summary>
public record LegWeights
{
    /// <summary>BM25.</summary>
    public double? Lexical { get; init; }

    /// <summary>Cosine similarity.</summary>
    public double? Dense { get; init; }

    /// <summary>The reranker.</summary>
    public double? Rerank { get; init; }

    /// <summary>The weight of a leg; null if absent.</summary>
    public double? this[SearchLeg leg] =>
        leg switch
        {
            SearchLeg.Lexical => Lexical,
            SearchLeg.Dense => Dense,
            SearchLeg.Rerank => Rerank,
            _ => throw new ArgumentOutOfRangeException(nameof(leg)),
        };

    /// <summary>Creates weights by leg.</summary>
    /// <param name="weight">Returns the weight of a leg, or null.</param>
    public static LegWeights From(Func<SearchLeg, double?> weight) =>
        new()
        {
            Lexical = weight(SearchLeg.Lexical),
            Dense = weight(SearchLeg.Dense),
            Rerank = weight(SearchLeg.Rerank),
        };
}

/// <summary>The share of each leg in the order of the hits; a leg that did not score the document is absent.</summary>
/// <param name="Lexical">BM25.</param>
/// <param name="Dense">Cosine similarity of the best chunk.</param>
/// <param name="Rerank">The reranker's logit.</param>
public sealed record HitExplanation(LegScore? Lexical, LegScore? Dense, LegScore? Rerank)
{
    /// <summary>The sum of the contributions, by which fused and reranked candidates are ordered.</summary>
    [JsonIgnore]
    public double Contribution => (Lexical?.Contribution ?? 0) + (Dense?.Contribution ?? 0) + (Rerank?.Contribution ?? 0);

    /// <summary>Creates an explanation by leg.</summary>
    /// <param name="score">Returns the score of a leg, or null.</param>
    public static HitExplanation From(Func<SearchLeg, LegScore?> score) =>
        new(score(SearchLeg.Lexical), score(SearchLeg.Dense), score(SearchLeg.Rerank));
}

/// <summary>The share of one leg in the order of the hits.</summary>
/// <param name="Rank">The rank in this leg, from 1; absent if another leg retrieved the document.</param>
/// <param name="Score">The leg's own score.</param>
/// <param name="Contribution">The leg's share of the sum that orders the hits, after normalisation and weighting.</param>
public sealed record LegScore(int? Rank, double Score, double Contribution);

/// <summary>Milliseconds per step; 0 for a step that did not run. Lexical runs in parallel to embed and dense.</summary>
/// <param name="Embed">Embedding the query, or reading it from the cache.</param>
/// <param name="EmbedCached">Whether the query's embedding came from the cache.</param>
/// <param name="Lexical">BM25.</param>
/// <param name="Dense">The vector search.</param>
/// <param name="Fusion">Scoring and fusing the candidates.</param>
/// <param name="Rerank">The reranker.</param>
/// <param name="Total">From the parsed request to the finished response.</param>
public sealed record SearchTimings(double Embed, bool EmbedCached, double Lexical, double Dense, double Fusion, double Rerank, double Total)
{
    /// <summary>Creates timings of which only the total is known.</summary>
    /// <param name="total">Milliseconds.</param>
    public static SearchTimings OfTotal(double total) => new(0, false, 0, 0, 0, 0, total);

    /// <summary>Returns these timings with those of the legs.</summary>
    /// <param name="milliseconds">Returns the time of a leg.</param>
    public SearchTimings WithLegs(Func<SearchLeg, double> milliseconds) =>
        this with
        {
            Lexical = milliseconds(SearchLeg.Lexical),
            Dense = milliseconds(SearchLeg.Dense),
            Rerank = milliseconds(SearchLeg.Rerank),
        };
}
