namespace EmbedPlatform.Client.Embedding;

/// <summary>Texts whose tokens are to be found.</summary>
/// <param name="Texts">One or more texts, none of them blank.</param>
/// <param name="InputType"><c>document</c> or <c>query</c>.</param>
public sealed record TokenizeRequest(IReadOnlyList<string> Texts, string InputType = "document")
{
    /// <summary>The model's id; the service's default where it is not given.</summary>
    public string? Model { get; init; }
}

/// <summary>Where the tokens of texts start, in the order of the texts.</summary>
/// <param name="Model">The id of the model whose tokens they are.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="MaxTokens">The most tokens that it reads of a text, <paramref name="AddedTokens"/> among them.</param>
/// <param name="AddedTokens">How many special tokens, and tokens of the model's prompt, an embedding puts around a text.</param>
/// <param name="Starts">Where each token of each text starts, as an index of the string.</param>
public sealed record TokenizeResponse(
    string Model,
    string Revision,
    int MaxTokens,
    int AddedTokens,
    IReadOnlyList<IReadOnlyList<int>> Starts
);

/// <summary>What goes over the wire to <c>POST /api/v1/tokenize</c>.</summary>
internal sealed record TokenizeWireRequest(IReadOnlyList<string> Input, string? Model, string InputType);

/// <summary>What comes back.</summary>
internal sealed record TokenizeWireResponse(
    string? Model,
    string? Revision,
    int MaxTokens,
    int AddedTokens,
    IReadOnlyList<TokenizeWireItem>? Data
);

/// <summary>The tokens of a text.</summary>
internal sealed record TokenizeWireItem(int[]? Starts);
