using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.ModelPools;

/// <summary>
/// Model names of commercial providers that existing clients send. They are aliases of the default model, unless a model of that name is
/// installed.
/// </summary>
public static class ProviderModelAliases
{
    private static readonly string[] Embedding =
    [
        "text-embedding-ada-002",
        "text-embedding-3-small",
        "text-embedding-3-large",
        "embed-english-v2.0",
        "embed-english-v3.0",
        "embed-english-light-v3.0",
        "embed-multilingual-v2.0",
        "embed-multilingual-v3.0",
        "embed-multilingual-light-v3.0",
        "embed-v4.0",
        "voyage-3",
        "voyage-3-lite",
        "voyage-3-large",
        "voyage-3.5",
        "voyage-3.5-lite",
        "jina-embeddings-v2-base-en",
        "jina-embeddings-v3",
        "jina-embeddings-v4",
        "mistral-embed",
        "gemini-embedding-001",
        "text-embedding-004",
    ];

    private static readonly string[] Reranking =
    [
        "rerank-english-v2.0",
        "rerank-multilingual-v2.0",
        "rerank-english-v3.0",
        "rerank-multilingual-v3.0",
        "rerank-v3.5",
        "jina-reranker-v1-base-en",
        "jina-reranker-v1-turbo-en",
        "jina-reranker-v2-base-multilingual",
        "jina-reranker-m0",
        "rerank-2",
        "rerank-2-lite",
        "rerank-2.5",
        "rerank-2.5-lite",
    ];

    /// <summary>The names of one task.</summary>
    /// <param name="task">The task.</param>
    public static IReadOnlyList<string> Of(ModelTask task) => task == ModelTask.Embed ? Embedding : Reranking;
}
