namespace EmbedPlatform.Client.Embedding;

/// <summary>What goes over the wire to <c>POST /api/v1/embed</c>.</summary>
/// <param name="Input">The texts.</param>
/// <param name="Model">The model; null: the service's default.</param>
/// <param name="InputType">What they are.</param>
/// <param name="Priority">The queue.</param>
/// <param name="Encoding">How vectors come back; base64 is half as long as numbers and quickly read.</param>
internal sealed record EmbedWireRequest(
    IReadOnlyList<string> Input,
    string? Model,
    string InputType,
    string Priority,
    string Encoding = "base64"
);

/// <summary>What comes back.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Dimension">The length of an embedding.</param>
/// <param name="Data">The embeddings, in the order of the texts.</param>
internal sealed record EmbedWireResponse(string? Model, string? Revision, int Dimension, IReadOnlyList<EmbedWireItem>? Data);

/// <summary>An embedding.</summary>
/// <param name="Tokens">How many tokens were embedded.</param>
/// <param name="Truncated">Whether the text had more.</param>
/// <param name="Embedding">Floats of 4 bytes, least significant first.</param>
internal sealed record EmbedWireItem(int Tokens, bool Truncated, byte[]? Embedding);
