using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Client.Embedding;

/// <summary>A typed client of EmbedService. Throws <see cref="PlatformException"/> where the service refuses or cannot answer.</summary>
public interface IEmbedClient
{
    /// <summary>Embeds texts. <c>POST /api/v1/embed</c>.</summary>
    Task<EmbedResponse> EmbedAsync(EmbedRequest request, CancellationToken cancellationToken = default);

    /// <summary>Finds where the model's tokens start in texts. <c>POST /api/v1/tokenize</c>.</summary>
    Task<TokenizeResponse> TokenizeAsync(TokenizeRequest request, CancellationToken cancellationToken = default);

    /// <summary>What the service runs. <c>GET /info</c>.</summary>
    Task<EmbedInfo> GetInfoAsync(CancellationToken cancellationToken = default);
}

/// <summary>Texts to embed.</summary>
/// <param name="Texts">One or more texts, none of them blank.</param>
/// <param name="InputType"><c>document</c> or <c>query</c>.</param>
/// <param name="Priority"><c>interactive</c> (somebody waits) or <c>bulk</c> (indexing).</param>
public sealed record EmbedRequest(IReadOnlyList<string> Texts, string InputType = "document", string Priority = "interactive")
{
    /// <summary>The model's id; the service's default where it is not given.</summary>
    public string? Model { get; init; }
}

/// <summary>Embeddings, in the order of the texts.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Dimension">The length of an embedding.</param>
/// <param name="Embeddings">One vector per text.</param>
/// <param name="Inputs">How each text was read.</param>
public sealed record EmbedResponse(
    string Model,
    string Revision,
    int Dimension,
    IReadOnlyList<float[]> Embeddings,
    IReadOnlyList<InputInfo> Inputs
);

/// <summary>How a text was read.</summary>
/// <param name="Tokens">How many tokens were embedded.</param>
/// <param name="Truncated">Whether it had more.</param>
public sealed record InputInfo(int Tokens, bool Truncated);

/// <summary>What an EmbedService runs.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Variant">fp32 or int8.</param>
/// <param name="Dimension">The length of an embedding.</param>
/// <param name="MaxTokens">The most tokens of a text.</param>
/// <param name="Workers">How many single-threaded runs go side by side.</param>
/// <param name="QueuedTokens">Tokens admitted and not yet embedded.</param>
/// <param name="QueueLimit">The most tokens that may be admitted at a time.</param>
/// <param name="TokensPerSecond">Recently measured throughput.</param>
public sealed record EmbedInfo(
    string Model,
    string Revision,
    string Variant,
    int Dimension,
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
