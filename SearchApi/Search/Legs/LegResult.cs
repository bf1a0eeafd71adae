using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;

namespace EmbedPlatform.SearchApi.Search.Legs;

/// <summary>A search as a leg gets it.</summary>
/// <param name="Collection">The collection.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Scope">The documents that count. It is a task, since a leg can read the query meanwhile.</param>
internal sealed record LegRequest(CollectionRecord Collection, SearchPlan Plan, Task<SearchScope> Scope);

/// <summary>A document that a leg found or scored.</summary>
/// <param name="DocumentId">The document's row.</param>
/// <param name="Score">The leg's score.</param>
/// <param name="ChunkId">The row of the document's best chunk, where the leg scores chunks.</param>
internal readonly record struct LegHit(long DocumentId, double Score, long? ChunkId = null);

/// <summary>The best documents of one leg, and the query as this leg reads it, which can score further documents.</summary>
internal abstract record LegResult(SearchLeg Leg)
{
    /// <summary>The documents, best first.</summary>
    public required IReadOnlyList<LegHit> Hits { get; init; }

    /// <summary>The parts of the query or of the platform that the leg had to do without, in words.</summary>
    public IReadOnlyList<string> Degraded { get; init; } = [];

    /// <summary>The milliseconds of the search.</summary>
    public double Time { get; init; }

    /// <summary>The score of a document in which the leg finds nothing of the query; null where such a document has no score.</summary>
    public virtual double? ScoreOfNoMatch => null;

    /// <summary>Looks further, where the leg stopped early because other legs find documents too.</summary>
    public virtual Task<LegResult> DeepenAsync(CancellationToken cancellationToken) => Task.FromResult(this);

    /// <summary>The scores of given documents; a document in which the leg finds nothing is absent.</summary>
    public abstract Task<IReadOnlyList<LegHit>> ScoreAsync(long[] documents, CancellationToken cancellationToken);

    /// <summary>A SELECT of the ids of all documents that match, not only of the best; null where none can.</summary>
    public abstract string? MatchingSql(SqlParameters parameters);
}
