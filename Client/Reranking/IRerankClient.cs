using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Client.Reranking;

/// <summary>A typed client of RerankService. Throws <see cref="PlatformException"/> where the service refuses or cannot answer.</summary>
public interface IRerankClient
{
    /// <summary>Scores documents against a query. <c>POST /rerank</c>.</summary>
    Task<RerankResponse> RerankAsync(RerankRequest request, CancellationToken cancellationToken = default);

    /// <summary>What the service runs. <c>GET /info</c>.</summary>
    Task<RerankInfo> GetInfoAsync(CancellationToken cancellationToken = default);
}

/// <summary>A query and the documents that may answer it.</summary>
/// <param name="Query">The query.</param>
/// <param name="Documents">The documents.</param>
/// <param name="TopN">How many of the best to return; all where absent.</param>
/// <param name="ReturnDocuments">Whether results carry the document's text.</param>
/// <param name="RawScores">Whether scores are logits instead of their sigmoid.</param>
public sealed record RerankRequest(
    string Query,
    IReadOnlyList<string> Documents,
    int? TopN = null,
    bool ReturnDocuments = true,
    bool RawScores = false
);

/// <summary>The documents by score, best first.</summary>
/// <param name="Results">The scored documents.</param>
/// <param name="Count">How many results.</param>
/// <param name="LatencyMs">Milliseconds in the service.</param>
/// <param name="Model">The model's id.</param>
public sealed record RerankResponse(IReadOnlyList<RerankResult> Results, int Count, double LatencyMs, string Model);

/// <summary>A scored document.</summary>
/// <param name="Index">Its position in the request.</param>
/// <param name="Score">Its score.</param>
/// <param name="Document">Its text, where asked for.</param>
public sealed record RerankResult(int Index, double Score, string? Document);

/// <summary>What a RerankService runs.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Variant">fp32 or int8.</param>
/// <param name="MaxTokens">The most tokens of a pair.</param>
/// <param name="Workers">How many single-threaded runs go side by side.</param>
/// <param name="QueuedTokens">Tokens admitted and not yet scored.</param>
/// <param name="QueueLimit">The most tokens that may be admitted at a time.</param>
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
    /// <summary>The ids of the models that the default was made from, the nearest first.</summary>
    public IReadOnlyList<string>? MadeFrom { get; init; }

    /// <summary>What can be asked for by name.</summary>
    public IReadOnlyList<ServedModelInfo>? Models { get; init; }

    /// <summary>Measured or assumed weights for fusing the scores of these models with those of others.</summary>
    public IReadOnlyList<FusionAdvice>? Fusion { get; init; }
}
