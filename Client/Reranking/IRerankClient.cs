using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Client.Reranking;

/// <summary>A typed client of RerankService. Throws <see cref="PlatformException"/> if the service refuses or does not respond.</summary>
public interface IRerankClient
{
    /// <summary>Scores documents against a query. <c>POST /rerank</c>.</summary>
    Task<RerankResponse> RerankAsync(RerankRequest request, CancellationToken cancellationToken = default);

    /// <summary>Returns the service's models, limits and load. <c>GET /info</c>.</summary>
    Task<RerankInfo> GetInfoAsync(CancellationToken cancellationToken = default);
}

/// <summary>A query and the documents to score against it.</summary>
/// <param name="Query">The query.</param>
/// <param name="Documents">The documents.</param>
/// <param name="TopN">The number of best documents to return; null for all.</param>
/// <param name="ReturnDocuments">Whether results include the document's text.</param>
/// <param name="RawScores">Whether scores are logits rather than their sigmoid.</param>
public sealed record RerankRequest(
    string Query,
    IReadOnlyList<string> Documents,
    int? TopN = null,
    bool ReturnDocuments = true,
    bool RawScores = false
);

/// <summary>Documents by score, best first.</summary>
/// <param name="Results">The scored documents.</param>
/// <param name="Count">The number of results.</param>
/// <param name="LatencyMs">Milliseconds in the service.</param>
/// <param name="Model">The model's id.</param>
public sealed record RerankResponse(IReadOnlyList<RerankResult> Results, int Count, double LatencyMs, string Model);

/// <summary>A scored document.</summary>
/// <param name="Index">The document's position in the request, from 0.</param>
/// <param name="Score">The document's score.</param>
/// <param name="Document">The document's text, if requested.</param>
public sealed record RerankResult(int Index, double Score, string? Document);

/// <summary>A RerankService's default model, limits and load.</summary>
/// <param name="Model">The id of the default model.</param>
/// <param name="Revision">The revision of its weights.</param>
/// <param name="Variant"><c>fp32</c> or <c>int8</c>.</param>
/// <param name="MaxTokens">The maximum number of tokens per pair of query and document.</param>
/// <param name="Workers">The number of single-threaded model runs in parallel.</param>
/// <param name="QueuedTokens">Tokens admitted but not yet scored.</param>
/// <param name="QueueLimit">The maximum number of tokens admitted at a time.</param>
/// <param name="TokensPerSecond">Recently measured throughput.</param>
public sealed record RerankInfo(
    string Model,
    string Revision,
    string Variant,
    int MaxTokens,
    int Workers,
    long QueuedTokens,
    long QueueLimit,
    double TokensPerSecond
)
{
    /// <summary>The ids of the models that the default model was derived from, nearest first.</summary>
    public IReadOnlyList<string>? MadeFrom { get; init; }

    /// <summary>The models that a request can name.</summary>
    public IReadOnlyList<ServedModelInfo>? Models { get; init; }

    /// <summary>Measured or assumed fusion weights of these models.</summary>
    public IReadOnlyList<FusionAdvice>? Fusion { get; init; }
}
