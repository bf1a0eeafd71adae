namespace EmbedPlatform.Inference.Models.Synthetic;

/// <summary>The architecture of an encoder, as a published config.json gives it.</summary>
/// <param name="Name">The model whose shape it is.</param>
/// <param name="Family"><c>bert</c> or <c>xlm-roberta</c>.</param>
/// <param name="Vocabulary">Rows of the token table.</param>
/// <param name="Hidden">The width of a token's vector.</param>
/// <param name="Layers">The number of layers.</param>
/// <param name="Heads">The number of attention heads.</param>
/// <param name="Intermediate">The inner width of the feed-forward network.</param>
/// <param name="Positions">Rows of the position table.</param>
/// <param name="Types">Rows of the token type table.</param>
/// <param name="Epsilon">The epsilon of the layer normalisations.</param>
/// <param name="CrossEncoder">Whether a classification head gives one logit, instead of the tokens' vectors.</param>
public sealed record TransformerShape(
    string Name,
    string Family,
    int Vocabulary,
    int Hidden,
    int Layers,
    int Heads,
    int Intermediate,
    int Positions,
    int Types,
    float Epsilon,
    bool CrossEncoder = false
)
{
    /// <summary>Whether attention is exported like PyTorch's scaled_dot_product_attention instead of eager attention.</summary>
    public bool ScaledDotProduct { get; init; }

    /// <summary>The version of ONNX's operators, 11 to 17.</summary>
    public long Opset { get; init; } = 14;

    /// <summary>sentence-transformers/all-MiniLM-L6-v2.</summary>
    public static TransformerShape MiniLm { get; } = new("minilm-l6", "bert", 30522, 384, 6, 12, 1536, 512, 2, 1e-12f);

    /// <summary>BAAI/bge-small-en-v1.5.</summary>
    public static TransformerShape BgeSmall { get; } = new("bge-small", "bert", 30522, 384, 12, 12, 1536, 512, 2, 1e-12f);

    /// <summary>BAAI/bge-reranker-base: XLM-RoBERTa base with a head.</summary>
    public static TransformerShape BgeRerankerBase { get; } =
        new("bge-reranker-base", "xlm-roberta", 250002, 768, 12, 12, 3072, 514, 1, 1e-5f, CrossEncoder: true);

    /// <summary>BAAI/bge-m3: XLM-RoBERTa large with positions for 8,192 tokens.</summary>
    public static TransformerShape BgeM3 { get; } = new("bge-m3", "xlm-roberta", 250002, 1024, 24, 16, 4096, 8194, 1, 1e-5f);

    /// <summary>All shapes.</summary>
    public static IReadOnlyList<TransformerShape> All { get; } = [MiniLm, BgeSmall, BgeRerankerBase, BgeM3];

    /// <summary>The most tokens of a text: XLM-RoBERTa counts positions from 2.</summary>
    public int MaxTokens => IsRoberta ? Positions - 2 : Positions;

    /// <summary>Whether positions are counted from the padding id on and texts have no types.</summary>
    public bool IsRoberta => Family == "xlm-roberta";

    /// <summary>The shape with a name, or null.</summary>
    public static TransformerShape? Find(string name) =>
        All.FirstOrDefault(shape => string.Equals(shape.Name, name, StringComparison.OrdinalIgnoreCase));
}
