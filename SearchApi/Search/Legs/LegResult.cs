using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;

namespace EmbedPlatform.SearchApi.Search.Legs;

/// <summary>The input of a leg.</summary>
/// <param name="Scope">The documents to search; a task, so that a leg can process the query in the meantime.</param>
internal sealed record LegRequest(CollectionRecord Collection, SearchPlan Plan, Task<SearchScope> Scope);

/// <summary>A document that a leg retrieved or scored.</summary>
/// <param name="ChunkId">The row of the document's best chunk, if the leg scores chunks.</param>
internal readonly record struct LegHit(long DocumentId, double Score, long? ChunkId = null);

/// <summary>The best documents of one leg, with the processed query, which can score further documents.</summary>
internal abstract record LegResult(SearchLeg Leg)
{
    /// <summary>The documents, best first.</summary>
    public required IReadOnlyList<LegHit> Hits { get; init; }

    /// <summary>Whether the leg has no further documents.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The steps that were skipped, in words.</summary>
    public IReadOnlyList<string> Degraded { get; init; } = [];

    /// <summary>The time of the search, in milliseconds.</summary>
    public double Time { get; init; }

    /// <summary>The score of a document that does not match at all; null if such a document has no score.</summary>
    public virtual double? ScoreOfNoMatch => null;

    /// <summary>A score on the scale of relevance: from 0, for no match, to 1.</summary>
    public abstract double Relevance(double score);

    /// <summary>Retrieves more documents; the present ones need not be a prefix of them.</summary>
    public abstract Task<LegResult> DeepenAsync(int depth, CancellationToken cancellationToken);

    /// <summary>Scores given documents; documents that do not match are absent.</summary>
    public abstract Task<IReadOnlyList<LegHit>> ScoreAsync(long[] documents, CancellationToken cancellationToken);

    /// <summary>A SELECT of the ids of all matched documents, not only the best; null if none can match.</summary>
    public abstract string? MatchingSql(SqlParameters parameters);
}
