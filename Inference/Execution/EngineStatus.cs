namespace EmbedPlatform.Inference.Execution;

/// <summary>What is loaded.</summary>
/// <param name="Id">The id in the catalogue, such as <c>BAAI/bge-m3</c> or <c>use-lite</c>.</param>
/// <param name="Revision">What identifies the weights: a hash or a package version.</param>
/// <param name="Variant">The numeric form of the weights: <c>fp32</c> or <c>int8</c>.</param>
/// <param name="Dimension">The length of an embedding; 1 for a reranker.</param>
/// <param name="MaxTokens">The most tokens of a text (of a pair for a reranker), special tokens included.</param>
public sealed record LoadedModel(string Id, string Revision, string Variant, int Dimension, int MaxTokens)
{
    /// <summary>The ids of the models that it was made from, the nearest first; empty for a model of its own.</summary>
    public IReadOnlyList<string> MadeFrom { get; init; } = [];

    /// <summary>The forms of an embedding that the model gives; meaningless for a reranker.</summary>
    public EmbeddingOutputs Outputs { get; init; } = EmbeddingOutputs.Dense;

    /// <summary>How the vectors of the tokens become the vector of the text; meaningless for a reranker.</summary>
    public Models.Pooling Pooling { get; init; }

    /// <summary>Whether dense vectors have length 1.</summary>
    public bool Normalized { get; init; }

    /// <summary>The shorter lengths that the model was trained to be cut to, ascending; empty where it was not.</summary>
    public IReadOnlyList<int> MatryoshkaDimensions { get; init; } = [];

    /// <summary>What is put before a query, as the model was trained; empty where nothing is.</summary>
    public string QueryPrompt { get; init; } = "";

    /// <summary>What is put before a document, as the model was trained; empty where nothing is.</summary>
    public string DocumentPrompt { get; init; } = "";

    /// <summary>What is put before a text of a role.</summary>
    public string Prompt(TextRole role) =>
        role switch
        {
            TextRole.Query => QueryPrompt,
            TextRole.Document => DocumentPrompt,
            _ => "",
        };
}

/// <summary>The state of the engine at one moment.</summary>
/// <param name="Workers">How many single-threaded runs go side by side.</param>
/// <param name="QueuedTokens">Tokens admitted and not yet embedded.</param>
/// <param name="QueueLimit">The most tokens that may wait in each lane.</param>
/// <param name="TokensPerSecond">Recently measured throughput; 0 before anything ran.</param>
public sealed record EngineStatus(int Workers, long QueuedTokens, long QueueLimit, double TokensPerSecond)
{
    /// <summary>How many of the queued tokens somebody waits for.</summary>
    public long InteractiveTokens { get; init; }

    /// <summary>Whether the next interactive request would be refused; a large bulk request alone does not make it so.</summary>
    public bool IsFull => InteractiveTokens >= QueueLimit;
}
