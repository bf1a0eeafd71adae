namespace EmbedPlatform.Client.Embedding;

/// <summary>The body of <c>POST /api/v1/embed</c>. Base64 halves the size of a vector and is fast to parse.</summary>
internal sealed record EmbedWireRequest(
    IReadOnlyList<string> Input,
    string? Model,
    string InputType,
    string Priority,
    string Encoding = "base64"
);

internal sealed record EmbedWireResponse(string? Model, string? Revision, int Dimension, IReadOnlyList<EmbedWireItem>? Data);

/// <summary>One embedding: float32, little-endian.</summary>
internal sealed record EmbedWireItem(int Tokens, bool Truncated, byte[]? Embedding);
