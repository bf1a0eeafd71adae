namespace EmbedPlatform.Client.Search;

/// <summary>The contents of a collection and the state of its vectors.</summary>
/// <param name="Documents">The number of stored documents.</param>
/// <param name="Chunks">The number of chunks with a vector.</param>
/// <param name="Pending">The number of documents waiting to be embedded.</param>
/// <param name="Failed">The number of documents that could not be embedded.</param>
/// <param name="Failures">The reasons for failed documents, most frequent first, at most 20.</param>
/// <param name="Lexical">The lexical index.</param>
/// <param name="Vectors">The vectors.</param>
/// <param name="OldestPendingSeconds">The age of the oldest pending document, in seconds; absent if none is pending.</param>
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

/// <summary>A reason why documents could not be embedded.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Documents">The number of documents.</param>
/// <param name="Example">The id of one of them.</param>
public sealed record FailureCount(string Reason, long Documents, string Example);

/// <summary>The totals that BM25 uses.</summary>
/// <param name="Words">The number of terms in all documents, after stemming and stop word removal.</param>
/// <param name="AverageLength">The mean number of terms per document.</param>
public sealed record LexicalStats(long Words, double AverageLength);

/// <summary>The vectors of a collection.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Revision">The revision of the model's weights.</param>
/// <param name="Dimension">The length of a vector.</param>
/// <param name="Type"><c>halfvec</c> or <c>vector</c>.</param>
/// <param name="Bytes">The size of the vectors and their indexes on disk, in bytes.</param>
/// <param name="IndexBytes">The size of the HNSW index, in bytes.</param>
/// <param name="ChunksPerDocument">The mean number of chunks per embedded document.</param>
/// <param name="ChunkCharacters">The mean number of characters per chunk.</param>
/// <param name="EqualVectors">The number of groups of different chunks with the same vector: the model cannot tell them apart.</param>
/// <param name="EqualVectorChunks">The number of chunks in these groups.</param>
/// <param name="EqualVectorExamples">The beginnings of two texts from each of the largest groups, at most 5 groups.</param>
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

/// <summary>Two different texts with the same vector.</summary>
/// <param name="Chunks">The number of chunks with this vector.</param>
/// <param name="One">The beginning of one text.</param>
/// <param name="Other">The beginning of another text.</param>
public sealed record EqualTexts(long Chunks, string One, string Other);

/// <summary>The result of a retry.</summary>
/// <param name="Documents">The number of failed documents queued again.</param>
public sealed record RetryResult(long Documents);
