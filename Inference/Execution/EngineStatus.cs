namespace EmbedPlatform.Inference.Execution;

/// <summary>The loaded model.</summary>
/// <param name="Id">The id in the catalogue, such as <c>BAAI/bge-m3</c> or <c>use-lite</c>.</param>
/// <param name="Revision">The identity of the weights: a hash or a package version.</param>
/// <param name="Variant">The numeric form of the weights: <c>fp32</c> or <c>int8</c>.</param>
/// <param name="Dimension">The dimension of an embedding; 1 for a reranker.</param>
/// <param name="MaxTokens">The maximum number of tokens of a text (of a pair for a reranker), including special tokens.</param>
public sealed record LoadedModel(string Id, string Revision, string Variant, int Dimension, int MaxTokens)
{
    /// <summary>The ids of the models it was derived from, nearest first; empty for an original model.</summary>
    public IReadOnlyList<string> MadeFrom { get; init; } = [];

    /// <summary>The outputs of the model; meaningless for a reranker.</summary>
    public EmbeddingOutputs Outputs { get; init; } = EmbeddingOutputs.Dense;

    /// <summary>The pooling of token vectors into the vector of the text; meaningless for a reranker.</summary>
    public Models.Pooling Pooling { get; init; }

    /// <summary>Whether dense vectors have length 1.</summary>
    public bool Normalized { get; init; }

    /// <summary>The shorter lengths that the model was trained to be cut to, ascending; empty where it was not.</summary>
    public IReadOnlyList<int> MatryoshkaDimensions { get; init; } = [];

    /// <summary>The prompt for queries that the model was trained with; empty if there is none.</summary>
    public string QueryPrompt { get; init; } = "";

    /// <summary>The prompt for documents that the model was trained with; empty if there is none.</summary>
    public string DocumentPrompt { get; init; } = "";

    /// <summary>The prompt for a role.</summary>
    public string Prompt(TextRole role) =>
        role switch
        {
            TextRole.Query => QueryPrompt,
            TextRole.Document => DocumentPrompt,
            _ => "",
        };
}

/// <summary>The state of the engine at one moment.</summary>
/// <param name="Workers">The number of parallel single-threaded runs.</param>
/// <param name="QueuedTokens">Tokens admitted and not yet embedded.</param>
/// <param name="QueueLimit">The maximum number of tokens waiting in each lane.</param>
/// <param name="TokensPerSecond">Recently measured throughput; 0 before anything ran.</param>
public sealed record EngineStatus(int Workers, long QueuedTokens, long QueueLimit, double TokensPerSecond)
{
    /// <summary>The number of queued tokens in the interactive lane.</summary>
    public long InteractiveTokens { get; init; }

    /// <summary>Whether the next interactive request would be rejected; bulk work does not affect it.</summary>
    public bool IsFull => InteractiveTokens >= QueueLimit;
}
