using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Search.Legs;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>A document that may become a hit.</summary>
internal sealed class Candidate(long documentId)
{
    private readonly CandidateScore[] _scores = [.. SearchLegs.All.Select(_ => new CandidateScore())];

    /// <summary>The document's row.</summary>
    public long DocumentId { get; } = documentId;

    /// <summary>The row of its best chunk, where a leg scored chunks.</summary>
    public long? ChunkId { get; set; }

    /// <summary>The fused score.</summary>
    public double Score { get; set; }

    /// <summary>The score in one leg.</summary>
    public CandidateScore this[SearchLeg leg] => _scores[(int)leg];
}

/// <summary>A candidate's score in one leg.</summary>
internal sealed class CandidateScore
{
    /// <summary>The rank in this leg, from 1, where it found the document by itself.</summary>
    public int? Rank { get; set; }

    /// <summary>The leg's own score; null where it has none.</summary>
    public double? Score { get; set; }

    /// <summary>The share of the fused score.</summary>
    public double Contribution { get; set; }
}
