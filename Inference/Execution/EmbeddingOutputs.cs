namespace EmbedPlatform.Inference.Execution;

/// <summary>The forms in which a model may represent a text.</summary>
[Flags]
public enum EmbeddingOutputs
{
    /// <summary>One vector of the model's dimension.</summary>
    Dense = 1,

    /// <summary>
    /// A weight for each different token of the text, as learned term weights (BGE-M3's lexical weights, arXiv:2402.03216).
    /// </summary>
    Sparse = 2,

    /// <summary>One vector per token except the first, for late interaction (ColBERT's MaxSim).</summary>
    Colbert = 4,

    /// <summary>The model's hidden state for every token, including special tokens, before pooling.</summary>
    Tokens = 8,
}

/// <summary>
/// A learned weight for each token that matters in a text; two texts match by the sum of the products over the tokens they share.
/// </summary>
/// <param name="TokenIds">The ids, ascending, each once; special tokens are left out.</param>
/// <param name="Weights">One weight per id, greater than 0; the greatest where the text has the token more than once.</param>
public sealed record SparseEmbedding(int[] TokenIds, float[] Weights);

/// <summary>A request needs an output that the loaded model does not have.</summary>
/// <param name="model">The model's id.</param>
/// <param name="asked">The requested value.</param>
/// <param name="offered">The outputs of the model.</param>
public sealed class MissingOutputException(string model, EmbeddingOutputs asked, EmbeddingOutputs offered)
    : ArgumentException($"{model} has no {Words(asked & ~offered)} output; it has {Words(offered)}.")
{
    /// <summary>The requested outputs that are missing.</summary>
    public EmbeddingOutputs Missing { get; } = asked & ~offered;

    /// <summary>The outputs of the model.</summary>
    public EmbeddingOutputs Offered { get; } = offered;

    private static string Words(EmbeddingOutputs outputs) => outputs.ToString().ToLowerInvariant();
}
