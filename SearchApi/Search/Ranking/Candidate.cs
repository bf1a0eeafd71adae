namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>A document that is considered for an answer.</summary>
internal sealed class Candidate(long documentId)
{
    /// <summary>The document's row.</summary>
    public long DocumentId { get; } = documentId;

    /// <summary>Its best chunk, where the dense leg scored it.</summary>
    public long? ChunkId { get; set; }

    /// <summary>What BM25 says.</summary>
    public Leg Lexical { get; } = new();

    /// <summary>What the vectors say.</summary>
    public Leg Dense { get; } = new();

    /// <summary>What the reranker says.</summary>
    public Leg Rerank { get; } = new();

    /// <summary>The fused score.</summary>
    public double Score { get; set; }
}

/// <summary>One leg's view of a candidate.</summary>
internal sealed class Leg
{
    /// <summary>The rank in this leg, from 1, where it found the document by itself.</summary>
    public int? Rank { get; set; }

    /// <summary>The leg's own score; null where it has none.</summary>
    public double? Score { get; set; }

    /// <summary>What it adds to the fused score.</summary>
    public double Contribution { get; set; }
}
