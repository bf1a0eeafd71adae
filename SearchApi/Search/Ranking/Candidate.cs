using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Search.Legs;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>A document that may become a hit.</summary>
internal sealed class Candidate(long documentId)
{
    private readonly CandidateScore[] _scores = [.. SearchLegs.All.Select(_ => new CandidateScore())];

    public long DocumentId { get; } = documentId;

    /// <summary>The row of its best chunk, if a leg scored chunks.</summary>
    public long? ChunkId { get; set; }

    public double Score { get; set; }

    public CandidateScore this[SearchLeg leg] => _scores[(int)leg];
}

internal sealed class CandidateScore
{
    /// <summary>The rank in this leg, from 1; null if the leg did not retrieve the document.</summary>
    public int? Rank { get; set; }

    /// <summary>The leg's own score; null if it has none.</summary>
    public double? Score { get; set; }

    /// <summary>The leg's share of the fused score.</summary>
    public double Contribution { get; set; }
}
