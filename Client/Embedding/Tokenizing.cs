namespace EmbedPlatform.Client.Embedding;

/// <summary>Texts to tokenize.</summary>
/// <param name="Texts">One or more texts; none may be blank.</param>
/// <param name="InputType"><c>document</c> or <c>query</c>; selects the model's prompt.</param>
public sealed record TokenizeRequest(IReadOnlyList<string> Texts, string InputType = "document")
{
    /// <summary>The model's id; null for the service's default model.</summary>
    public string? Model { get; init; }
}

/// <summary>The token positions of texts, in the order of the texts.</summary>
/// <param name="Model">The id of the model that tokenized the texts.</param>
/// <param name="Revision">The revision of its weights.</param>
/// <param name="MaxTokens">The maximum number of tokens per text, including <paramref name="AddedTokens"/>.</param>
/// <param name="AddedTokens">The number of special and prompt tokens that embedding adds to each text.</param>
/// <param name="Starts">The start of each token of each text, as a string index.</param>
public sealed record TokenizeResponse(
    string Model,
    string Revision,
    int MaxTokens,
    int AddedTokens,
    IReadOnlyList<IReadOnlyList<int>> Starts
);

/// <summary>The body of <c>POST /api/v1/tokenize</c>.</summary>
internal sealed record TokenizeWireRequest(IReadOnlyList<string> Input, string? Model, string InputType);

internal sealed record TokenizeWireResponse(
    string? Model,
    string? Revision,
    int MaxTokens,
    int AddedTokens,
    IReadOnlyList<TokenizeWireItem>? Data
);

internal sealed record TokenizeWireItem(int[]? Starts);
