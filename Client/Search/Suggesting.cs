namespace EmbedPlatform.Client.Search;

/// <summary>The beginning of a query to complete. <c>POST /api/v1/collections/{name}/suggest</c>.</summary>
public sealed record SuggestRequest
{
    /// <summary>The query as far as it is typed, at most 500 characters. Its last word is completed unless a space follows it.</summary>
    public string? Query { get; init; }

    /// <summary>The number of suggestions, and of documents: 1 to 50, 5 by default.</summary>
    public int? Limit { get; init; }
}

/// <summary>Suggestions for the beginning of a query.</summary>
/// <param name="Suggestions">The completed queries, best first.</param>
/// <param name="Documents">The documents that match them best.</param>
/// <param name="Metadata">How they were found.</param>
public sealed record SuggestResponse(
    IReadOnlyList<Suggestion> Suggestions,
    IReadOnlyList<SuggestedDocument> Documents,
    SuggestMetadata Metadata
);

/// <summary>A completed query.</summary>
/// <param name="Text">The query, with mistyped earlier words replaced.</param>
/// <param name="Word">The word that completes it, as it is written in the documents, in small letters.</param>
/// <param name="Documents">The number of documents of the collection with that word.</param>
public sealed record Suggestion(string Text, string Word, long Documents);

/// <summary>A document that matches suggestions.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Title">The title.</param>
public sealed record SuggestedDocument(string Id, string Title);

/// <summary>How suggestions were found.</summary>
/// <param name="Milliseconds">The time in the service.</param>
public sealed record SuggestMetadata(double Milliseconds)
{
    /// <summary>Why words could not be completed; absent if they could.</summary>
    public string? TypingUnavailable { get; init; }
}
