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
    public sealed record Within(MetadataPath Path, IReadOnlyList<(string Operator, DateTime Instant)> Bounds) : FilterNode
    {
        /// <summary>The instants one of which the value is; null for any.</summary>
        public DateTime[]? Among { get; init; }
    }

    /// <summary>One of the field's values is a point within a distance.</summary>
    public sealed record Near(MetadataPath Path, Place Center, double Meters) : FilterNode;

    /// <summary>One of the field's values is a point within a box.</summary>
    public sealed record Box(MetadataPath Path, Place TopLeft, Place BottomRight) : FilterNode
    {
        public bool CrossesAntimeridian => TopLeft.Lon > BottomRight.Lon;

        /// <summary>Whether the box contains a longitude.</summary>
        public bool Covers(double longitude) =>
            CrossesAntimeridian
                ? longitude >= TopLeft.Lon || longitude <= BottomRight.Lon
                : longitude >= TopLeft.Lon && longitude <= BottomRight.Lon;
    }

    /// <summary>The words are adjacent in the searched text; resolved to <see cref="Listed"/> before a search.</summary>
    /// <param name="Slop">How many places the words may be away from each other's expected place.</param>
    public sealed record Phrase(string Words, int Slop) : FilterNode;

    /// <summary>The searched text contains the word, stemmed; resolved to <see cref="Listed"/> before a search.</summary>
    public sealed record Word(string Text) : FilterNode;

    /// <summary>The document's id is one of these; resolved to <see cref="Listed"/> before a search, which has an index for it.</summary>
    public sealed record Ids(string[] Values) : FilterNode;

    /// <summary>Known documents.</summary>
    public sealed record Listed(long[] Documents) : FilterNode;
}
