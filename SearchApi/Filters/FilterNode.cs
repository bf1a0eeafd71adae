namespace EmbedPlatform.SearchApi.Filters;

/// <summary>A checked condition on metadata.</summary>
internal abstract record FilterNode
{
    /// <summary>All of several conditions hold.</summary>
    public sealed record All(IReadOnlyList<FilterNode> Parts) : FilterNode;

    /// <summary>One of several conditions holds.</summary>
    public sealed record Any(IReadOnlyList<FilterNode> Parts) : FilterNode;

    /// <summary>A condition does not hold.</summary>
    public sealed record No(FilterNode Part) : FilterNode;

    /// <summary>One of a field's values satisfies a jsonpath predicate over <c>@</c>.</summary>
    /// <param name="Path">The field.</param>
    /// <param name="Predicate">The predicate, made of literals that were checked and encoded.</param>
    public sealed record Matches(MetadataPath Path, string Predicate) : FilterNode;

    /// <summary>One of a field's values is an ISO 8601 instant inside bounds.</summary>
    /// <param name="Path">The field.</param>
    /// <param name="Bounds">SQL operators with their instants, to the microsecond.</param>
    public sealed record Within(MetadataPath Path, IReadOnlyList<(string Operator, DateTime Instant)> Bounds) : FilterNode;

    /// <summary>Words stand beside each other in the title and text.</summary>
    /// <param name="CollectionId">The collection.</param>
    /// <param name="Language">Its text search configuration.</param>
    /// <param name="Words">The words.</param>
    public sealed record Phrase(long CollectionId, string Language, string Words) : FilterNode;
}
