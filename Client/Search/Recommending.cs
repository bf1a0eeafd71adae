namespace EmbedPlatform.Client.Search;

/// <summary>Looks for documents like one.</summary>
public record SimilarRequest
{
    /// <summary>How many documents to return: 1 to 1,000, 20 where not given.</summary>
    public int? Limit { get; init; }

    /// <summary>Which documents are looked at, by their metadata.</summary>
    public SearchFilter? Filter { get; init; }

    /// <summary>The least cosine similarity that counts.</summary>
    public double? Threshold { get; init; }

    /// <summary>What to return of a document, as in a search.</summary>
    public IReadOnlyList<string?>? Fields { get; init; }
}

/// <summary>Looks for documents like several.</summary>
public sealed record RecommendRequest : SimilarRequest
{
    /// <summary>The ids of the documents that are liked: 1 to 100. They are not returned.</summary>
    public IReadOnlyList<string?>? Like { get; init; }
}

/// <summary>Several searches in one request.</summary>
public sealed record BatchSearchRequest
{
    /// <summary>The searches: 1 to 100.</summary>
    public IReadOnlyList<SearchRequest?>? Searches { get; init; }
}

/// <summary>The answers of several searches.</summary>
/// <param name="Answers">One answer per search, in their order.</param>
public sealed record BatchSearchResponse(IReadOnlyList<SearchResponse> Answers);

/// <summary>A search by meaning, as an older interface had it.</summary>
public sealed record SemanticSearchRequest
{
    /// <summary>What is looked for.</summary>
    public string? Query { get; init; }

    /// <summary>How many documents to return: 1 to 100, 10 where not given.</summary>
    public int? Limit { get; init; }

    /// <summary>The least cosine similarity, 0 to 1; 0.7 where not given.</summary>
    public double? Threshold { get; init; }

    /// <summary>Where to look; where not given, in the one collection that there is.</summary>
    public string? Collection { get; init; }
}

/// <summary>The answer to a <see cref="SemanticSearchRequest"/>.</summary>
/// <param name="Results">The documents, most similar first.</param>
/// <param name="Metadata">What was asked and how long it took.</param>
public sealed record SemanticSearchResponse(IReadOnlyList<SemanticHit> Results, SemanticMetadata Metadata);

/// <summary>A document of a <see cref="SemanticSearchResponse"/>.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Score">The cosine similarity of its best chunk.</param>
/// <param name="Title">The title.</param>
/// <param name="Text">The best chunk.</param>
/// <param name="Metadata">The metadata object.</param>
public sealed record SemanticHit(string Id, double Score, string? Title, string? Text, System.Text.Json.JsonElement? Metadata);

/// <summary>What was asked and how long it took.</summary>
/// <param name="Count">How many documents are returned.</param>
/// <param name="Query">The query.</param>
/// <param name="Threshold">The least similarity.</param>
/// <param name="ExecutionTime">Seconds.</param>
public sealed record SemanticMetadata(int Count, string Query, double Threshold, double ExecutionTime);
