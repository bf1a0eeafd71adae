using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>
/// A leg of a search: one score for each candidate. The members of <see cref="LegWeights"/>, <see cref="HitExplanation"/> and <see
/// cref="SearchTimings"/>
/// are named after the legs.
/// </summary>
public enum SearchLeg
{
    /// <summary>BM25.</summary>
    Lexical,

    /// <summary>The cosine similarity of the best chunk.</summary>
    Dense,

    /// <summary>The cross-encoder. It scores the best candidates of the other legs.</summary>
    Rerank,
}

/// <summary>The legs that find candidates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SearchMode>))]
public enum SearchMode
{
    /// <summary>BM25 and dense vectors, fused.</summary>
    [JsonStringEnumMemberName("hybrid")]
    Hybrid,

    /// <summary>BM25 alone.</summary>
    [JsonStringEnumMemberName("lexical")]
    Lexical,

    /// <summary>Dense vectors alone.</summary>
    [JsonStringEnumMemberName("dense")]
    Dense,
}

/// <summary>The weight of each leg in a fusion, from 0 to 100. A weight that is not given has its default.</summary>
public record LegWeights
{
    /// <summary>BM25.</summary>
    public double? Lexical { get; init; }

    /// <summary>Cosine similarity.</summary>
    public double? Dense { get; init; }

    /// <summary>The reranker.</summary>
    public double? Rerank { get; init; }

    /// <summary>The weight of one leg; null where it is not given.</summary>
    public double? this[SearchLeg leg] =>
        leg switch
        {
            SearchLeg.Lexical => Lexical,
            SearchLeg.Dense => Dense,
            SearchLeg.Rerank => Rerank,
            _ => throw new ArgumentOutOfRangeException(nameof(leg)),
        };

    /// <summary>Weights by leg.</summary>
    /// <param name="weight">The weight of a leg, or null.</param>
    public static LegWeights From(Func<SearchLeg, double?> weight) =>
        new()
        {
            Lexical = weight(SearchLeg.Lexical),
            Dense = weight(SearchLeg.Dense),
            Rerank = weight(SearchLeg.Rerank),
        };
}

/// <summary>The part of each leg in a score. A leg that did not score the document is absent.</summary>
/// <param name="Lexical">BM25.</param>
/// <param name="Dense">Cosine similarity of the best chunk.</param>
/// <param name="Rerank">The reranker's logit.</param>
public sealed record HitExplanation(LegScore? Lexical, LegScore? Dense, LegScore? Rerank)
{
    /// <summary>An explanation by leg.</summary>
    /// <param name="score">The score of a leg, or null.</param>
    public static HitExplanation From(Func<SearchLeg, LegScore?> score) =>
        new(score(SearchLeg.Lexical), score(SearchLeg.Dense), score(SearchLeg.Rerank));
}

/// <summary>The part of one leg in a score.</summary>
/// <param name="Rank">The rank in this leg, from 1; absent where the leg scored the document without finding it by itself.</param>
/// <param name="Score">The leg's own score.</param>
/// <param name="Contribution">Its share of the final score, after normalisation and weight.</param>
public sealed record LegScore(int? Rank, double Score, double Contribution);

/// <summary>Milliseconds per step; a step that did not run is 0. Lexical runs beside embed and dense.</summary>
/// <param name="Embed">Embedding the query, or finding it in the cache.</param>
/// <param name="EmbedCached">Whether the query's embedding came from the cache.</param>
/// <param name="Lexical">BM25.</param>
/// <param name="Dense">The vector index.</param>
/// <param name="Fusion">Scoring the pool and fusing it.</param>
/// <param name="Rerank">The reranker.</param>
/// <param name="Total">From the parsed request to the finished answer.</param>
public sealed record SearchTimings(double Embed, bool EmbedCached, double Lexical, double Dense, double Fusion, double Rerank, double Total)
{
    /// <summary>Timings of a search of which only the total is known.</summary>
    /// <param name="total">Milliseconds.</param>
    public static SearchTimings OfTotal(double total) => new(0, false, 0, 0, 0, 0, total);

    /// <summary>These timings with those of the legs.</summary>
    /// <param name="milliseconds">The time of a leg.</param>
    public SearchTimings WithLegs(Func<SearchLeg, double> milliseconds) =>
        this with
        {
            Lexical = milliseconds(SearchLeg.Lexical),
            Dense = milliseconds(SearchLeg.Dense),
            Rerank = milliseconds(SearchLeg.Rerank),
        };
}
