namespace EmbedPlatform.Inference.Models;

/// <summary>
/// How the scores of an embedding model, BM25 and a reranker are best fused, and the gain from reranking. Models are identified by their
/// ids in the catalogue; a model derived from one of them (quantised, imported under another id) has the same weights.
/// </summary>
public sealed record PairFusion
{
    /// <summary>
    /// The embedding model; null for a reranker with any embedding model that has no pair with it, whose own weights for BM25 and vectors
    /// then apply.
    /// </summary>
    public string? Embedder { get; init; }

    /// <summary>The reranker; null for the embedding model without one.</summary>
    public string? Reranker { get; init; }

    /// <summary>The weight of BM25, from 0 to 100.</summary>
    public double Lexical { get; init; } = 1;

    /// <summary>The weight of the vector similarity, from 0 to 100.</summary>
    public double Dense { get; init; } = 1;

    /// <summary>The weight of the reranker's score, from 0 to 100; null without a reranker.</summary>
    public double? Rerank { get; init; }

    /// <summary><see cref="ByScore"/> or <see cref="ByRank"/>.</summary>
    public string Method { get; init; } = ByScore;

    /// <summary>How many of the fused candidates are reranked; null for the service's default.</summary>
    public int? RerankDepth { get; init; }

    /// <summary>
    /// The gain in nDCG@10 over the fused ranking without reranking; negative if reranking costs quality, null if it was not measured.
    /// </summary>
    public double? RerankGain { get; init; }

    /// <summary>The data on which weights and gain were measured; null if they were not.</summary>
    public string? Measured { get; init; }

    /// <summary>Remarks on the values.</summary>
    public string? Note { get; init; }

    /// <summary>Scores normalised inside the query's pool, weighted and added.</summary>
    public const string ByScore = "score";

    /// <summary>Weighted reciprocal ranks.</summary>
    public const string ByRank = "rrf";

    /// <summary>The name of the pair in messages.</summary>
    internal string Name =>
        (Embedder, Reranker) switch
        {
            ({ } embedder, { } reranker) => $"{embedder} + {reranker}",
            ({ } embedder, null) => embedder,
            (null, { } reranker) => $"any + {reranker}",
            _ => "(no model)",
        };

    /// <summary>The problem with its values; null if there is none.</summary>
    internal string? Fault()
    {
        double?[] weights = [Lexical, Dense, Rerank];
        return weights.Any(weight => weight is not null and not (>= 0 and <= 100)) ? "a weight must be from 0 to 100"
            : Method is not (ByScore or ByRank) ? $"the method must be {ByScore} or {ByRank}"
            : RerankDepth is < 1 or > 1000 ? "rerankDepth must be from 1 to 1000"
            : Reranker is null && (Rerank ?? RerankGain ?? RerankDepth) is not null
                ? "rerank, rerankGain and rerankDepth belong to a pair with a reranker"
            : Reranker is not null && Rerank is null ? "a pair with a reranker needs the weight rerank"
            : RerankGain is not null && Measured is null ? "a gain needs the field measured: the data on which it was measured"
            : null;
    }
}
