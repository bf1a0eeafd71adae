namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>The model's outputs for one text; null if not requested.</summary>
internal readonly record struct TextVectors(
    float[]? Dense,
    SparseEmbedding? Sparse = null,
    float[][]? Colbert = null,
    float[][]? Tokens = null
);
