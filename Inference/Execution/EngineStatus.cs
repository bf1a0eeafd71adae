namespace EmbedPlatform.Inference.Execution;

/// <summary>What is loaded.</summary>
/// <param name="Id">The id in the catalogue, such as <c>BAAI/bge-m3</c> or <c>use-lite</c>.</param>
/// <param name="Revision">What identifies the weights: a hash or a package version.</param>
/// <param name="Variant">The numeric form of the weights: <c>fp32</c> or <c>int8</c>.</param>
/// <param name="Dimension">The length of an embedding; 1 for a reranker.</param>
/// <param name="MaxTokens">The most tokens of a text (of a pair for a reranker), special tokens included.</param>
public sealed record LoadedModel(string Id, string Revision, string Variant, int Dimension, int MaxTokens);

/// <summary>The state of the engine at one moment.</summary>
/// <param name="Workers">How many single-threaded runs go side by side.</param>
/// <param name="QueuedTokens">Tokens admitted and not yet embedded.</param>
/// <param name="QueueLimit">The most tokens that may be admitted at a time.</param>
/// <param name="TokensPerSecond">Recently measured throughput; 0 before anything ran.</param>
public sealed record EngineStatus(int Workers, long QueuedTokens, long QueueLimit, double TokensPerSecond);
