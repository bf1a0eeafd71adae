namespace EmbedPlatform.Client.Search;

/// <summary>A model service's fusion weights for a pair of models, from its <c>/info</c>.</summary>
public sealed record FusionAdvice : LegWeights
{
    /// <summary>The embedding model; absent for weights of a reranker with any embedding model.</summary>
    public string? Embedder { get; init; }

    /// <summary>The reranker; absent for weights of the embedding model alone.</summary>
    public string? Reranker { get; init; }

    /// <summary>The fusion method.</summary>
    public FusionMode? Method { get; init; }

    /// <summary>The number of fused candidates to rerank.</summary>
    public int? RerankDepth { get; init; }

    /// <summary>The measured change of nDCG@10 by reranking; negative if it costs quality, absent if it was not measured.</summary>
    public double? RerankGain { get; init; }

    /// <summary>The data set of the measurement; absent if the weights are assumed.</summary>
    public string? Measured { get; init; }

    /// <summary>A remark on the weights.</summary>
    public string? Note { get; init; }
}

/// <summary>A model that a request can name.</summary>
/// <param name="Id">The model's id.</param>
public sealed record ServedModelInfo(string Id)
{
    /// <summary>The ids of the models that it was derived from, nearest first; absent for an original model.</summary>
    public IReadOnlyList<string>? MadeFrom { get; init; }
}
