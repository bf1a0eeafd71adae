namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>What the model gave for one text; null for what nobody asked of it.</summary>
internal readonly record struct Vectors(
    float[]? Dense,
    SparseEmbedding? Sparse = null,
    float[][]? Colbert = null,
    float[][]? Tokens = null
);
