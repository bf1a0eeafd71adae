using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Client.Embedding;

/// <summary>A typed client of EmbedService. Throws <see cref="PlatformException"/> if the service refuses or does not respond.</summary>
public interface IEmbedClient
{
    /// <summary>Embeds texts. <c>POST /api/v1/embed</c>.</summary>
    Task<EmbedResponse> EmbedAsync(EmbedRequest request, CancellationToken cancellationToken = default);

    /// <summary>Returns the start of each token of each text. <c>POST /api/v1/tokenize</c>.</summary>
    Task<TokenizeResponse> TokenizeAsync(TokenizeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Returns the service's models, limits and load. <c>GET /info</c>.</summary>
    Task<EmbedInfo> GetInfoAsync(CancellationToken cancellationToken = default);
}

/// <summary>Texts to embed.</summary>
/// <param name="Texts">One or more texts; none may be blank.</param>
/// <param name="InputType"><c>document</c> or <c>query</c>; selects the model's prompt.</param>
/// <param name="Priority"><c>interactive</c> (a user waits) or <c>bulk</c> (indexing).</param>
public sealed record EmbedRequest(IReadOnlyList<string> Texts, string InputType = "document", string Priority = "interactive")
{
    /// <summary>The model's id; null for the service's default model.</summary>
    public string? Model { get; init; }
}

/// <summary>Embeddings in the order of the texts.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Revision">The revision of the model's weights.</param>
/// <param name="Dimension">The length of each embedding.</param>
/// <param name="Embeddings">One vector per text.</param>
/// <param name="Inputs">Token count and truncation of each text.</param>
public sealed record EmbedResponse(
    string Model,
    string Revision,
    int Dimension,
    IReadOnlyList<float[]> Embeddings,
    IReadOnlyList<InputInfo> Inputs
);

/// <summary>Token count and truncation of one text.</summary>
/// <param name="Tokens">The number of tokens embedded.</param>
/// <param name="Truncated">Whether the text had more tokens than the model accepts.</param>
public sealed record InputInfo(int Tokens, bool Truncated);

/// <summary>An EmbedService's default model, limits and load.</summary>
/// <param name="Model">The id of the default model.</param>
/// <param name="Revision">The revision of its weights.</param>
/// <param name="Variant"><c>fp32</c> or <c>int8</c>.</param>
/// <param name="Dimension">The length of an embedding.</param>
/// <param name="MaxTokens">The maximum number of tokens per text.</param>
/// <param name="Workers">The number of single-threaded model runs in parallel.</param>
/// <param name="QueuedTokens">Tokens admitted but not yet embedded.</param>
/// <param name="QueueLimit">The maximum number of tokens admitted at a time.</param>
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
    /// <summary>The ids of the models that the default model was derived from, nearest first.</summary>
    public IReadOnlyList<string>? MadeFrom { get; init; }

    /// <summary>The models that a request can name.</summary>
    public IReadOnlyList<ServedModelInfo>? Models { get; init; }

    /// <summary>Measured or assumed fusion weights of these models.</summary>
    public IReadOnlyList<FusionAdvice>? Fusion { get; init; }
}
