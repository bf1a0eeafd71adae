namespace EmbedPlatform.Client.Search;

/// <summary>What a collection holds, and whether its vectors are sound.</summary>
/// <param name="Documents">How many documents are stored.</param>
/// <param name="Chunks">How many chunks have a vector.</param>
/// <param name="Pending">How many documents wait to be embedded.</param>
/// <param name="Failed">How many documents were set aside.</param>
/// <param name="Failures">Why they were, the most frequent reasons first, at most 20.</param>
/// <param name="Lexical">The lexical index.</param>
/// <param name="Vectors">The vectors.</param>
/// <param name="OldestPendingSeconds">How long the document that has waited longest waits; absent where none waits.</param>
public sealed record CollectionStats(
    long Documents,
    long Chunks,
    long Pending,
    long Failed,
    IReadOnlyList<FailureCount> Failures,
    LexicalStats Lexical,
    VectorStats Vectors,
    double? OldestPendingSeconds
);

/// <summary>A reason for which documents were set aside.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Documents">How many documents.</param>
/// <param name="Example">The id of one of them.</param>
public sealed record FailureCount(string Reason, long Documents, string Example);

/// <summary>What BM25 reckons with.</summary>
/// <param name="Words">How many words all documents have, after stemming and without stop words.</param>
/// <param name="AverageLength">Words of a document.</param>
public sealed record LexicalStats(long Words, double AverageLength);

/// <summary>The vectors of a collection.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Dimension">Numbers of a vector.</param>
/// <param name="Type"><c>halfvec</c> or <c>vector</c>.</param>
/// <param name="Bytes">The size of the vectors and their indexes on disk.</param>
/// <param name="IndexBytes">The size of the HNSW index.</param>
/// <param name="ChunksPerDocument">Chunks of an embedded document, on average.</param>
/// <param name="ChunkCharacters">Characters of a chunk, on average.</param>
/// <param name="EqualVectors">Groups of different chunks that got the same vector: the model cannot tell them apart.</param>
/// <param name="EqualVectorChunks">How many chunks are in these groups.</param>
/// <param name="EqualVectorExamples">Of the largest groups the beginnings of two texts each, at most 5 groups.</param>
public sealed record VectorStats(
    string Model,
    string Revision,
    int Dimension,
    string Type,
    long Bytes,
    long IndexBytes,
    double ChunksPerDocument,
    double ChunkCharacters,
    long EqualVectors,
    long EqualVectorChunks,
    IReadOnlyList<EqualTexts> EqualVectorExamples
);

/// <summary>Two different texts with one vector.</summary>
/// <param name="Chunks">How many chunks have it.</param>
/// <param name="One">The beginning of one.</param>
/// <param name="Other">The beginning of another.</param>
public sealed record EqualTexts(long Chunks, string One, string Other);

/// <summary>What a retry did.</summary>
/// <param name="Documents">How many documents that were set aside wait again.</param>
public sealed record RetryResult(long Documents);
