namespace EmbedPlatform.Client.Search;

/// <summary>A model service's weights for fusing the scores of a pair of models: a part of its <c>/info</c>.</summary>
public sealed record FusionAdvice : LegWeights
{
    /// <summary>The embedding model; absent for a reranker beside any.</summary>
    public string? Embedder { get; init; }

    /// <summary>The reranker; absent for the embedding model without one.</summary>
    public string? Reranker { get; init; }

    /// <summary>How the scores are fused.</summary>
    public FusionMode? Method { get; init; }

    /// <summary>How many of the fused candidates are reranked.</summary>
    public int? RerankDepth { get; init; }

    /// <summary>What reranking adds to nDCG@10; negative where it costs quality, absent where that was not measured.</summary>
    public double? RerankGain { get; init; }

    /// <summary>On what that was measured; absent where it was not.</summary>
    public string? Measured { get; init; }

    /// <summary>What should be known about it.</summary>
    public string? Note { get; init; }
}

/// <summary>A model that a service serves by name.</summary>
/// <param name="Id">Its id.</param>
public sealed record ServedModelInfo(string Id)
{
    /// <summary>The ids of the models that it was made from, the nearest first; absent for a model of its own.</summary>
    public IReadOnlyList<string>? MadeFrom { get; init; }
}
