namespace EmbedPlatform.SearchApi.Filters;

/// <summary>A validated filter.</summary>
internal abstract record FilterNode
{
    public sealed record All(IReadOnlyList<FilterNode> Parts) : FilterNode;

    public sealed record Any(IReadOnlyList<FilterNode> Parts) : FilterNode;

    public sealed record Not(FilterNode Part) : FilterNode;

    /// <summary>One of the field's values satisfies a jsonpath predicate over <c>@</c>.</summary>
    /// <param name="Predicate">The predicate, with validated and encoded literals.</param>
    public sealed record Matches(MetadataPath Path, string Predicate) : FilterNode;

    /// <summary>One of the field's values is an ISO 8601 instant within bounds.</summary>
    /// <param name="Bounds">SQL operators and instants, with microsecond precision.</param>
    public sealed record Within(MetadataPath Path, IReadOnlyList<(string Operator, DateTime Instant)> Bounds) : FilterNode;

    /// <summary>The words are adjacent in the title and text.</summary>
    public sealed record Phrase(long CollectionId, string Language, string Words) : FilterNode;
}
