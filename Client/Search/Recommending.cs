namespace EmbedPlatform.Client.Search;

/// <summary>Finds documents similar to one document.</summary>
public record SimilarRequest
{
    /// <summary>The number of documents to return: 1 to 1,000, 20 by default.</summary>
    public int? Limit { get; init; }

    /// <summary>A metadata filter on the documents to search.</summary>
    public SearchFilter? Filter { get; init; }

    /// <summary>The minimum cosine similarity.</summary>
    public double? Threshold { get; init; }

    /// <summary>The fields to return of each document, as in a search.</summary>
    public IReadOnlyList<string?>? Fields { get; init; }
}

/// <summary>Finds documents similar to several documents.</summary>
public sealed record RecommendRequest : SimilarRequest
{
    /// <summary>The ids of the example documents: 1 to 100. They are not returned.</summary>
    public IReadOnlyList<string?>? Like { get; init; }
}

/// <summary>Several searches in one request.</summary>
public sealed record BatchSearchRequest
{
    /// <summary>The searches: 1 to 100.</summary>
    public IReadOnlyList<SearchRequest?>? Searches { get; init; }
}

/// <summary>The responses to several searches.</summary>
/// <param name="Answers">One response per search, in their order.</param>
public sealed record BatchSearchResponse(IReadOnlyList<SearchResponse> Answers);

/// <summary>A dense search in the format of an earlier interface.</summary>
public sealed record SemanticSearchRequest
{
    /// <summary>The query.</summary>
    public string? Query { get; init; }

    /// <summary>The number of documents to return: 1 to 100, 10 by default.</summary>
    public int? Limit { get; init; }

    /// <summary>The minimum cosine similarity, 0 to 1; 0.7 by default.</summary>
    public double? Threshold { get; init; }

    /// <summary>The collection to search; may be absent if there is only one.</summary>
    public string? Collection { get; init; }
}

/// <summary>The response to a <see cref="SemanticSearchRequest"/>.</summary>
/// <param name="Results">The documents, most similar first.</param>
/// <param name="Metadata">The request's values and the execution time.</param>
public sealed record SemanticSearchResponse(IReadOnlyList<SemanticHit> Results, SemanticMetadata Metadata);

/// <summary>A hit of a <see cref="SemanticSearchResponse"/>.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Score">The cosine similarity of the document's best chunk.</param>
/// <param name="Title">The title.</param>
/// <param name="Text">The best chunk.</param>
/// <param name="Metadata">The metadata object.</param>
public sealed record SemanticHit(string Id, double Score, string? Title, string? Text, System.Text.Json.JsonElement? Metadata);

/// <summary>The request's values and the execution time.</summary>
/// <param name="Count">The number of returned documents.</param>
/// <param name="Query">The query.</param>
/// <param name="Threshold">The minimum cosine similarity.</param>
/// <param name="ExecutionTime">The execution time in seconds.</param>
public sealed record SemanticMetadata(int Count, string Query, double Threshold, double ExecutionTime);
