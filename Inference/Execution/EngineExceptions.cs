using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Execution;

/// <summary>The queue is full; nothing of the request was admitted.</summary>
/// <param name="retryAfter">When there will be room, from the measured throughput.</param>
public sealed class QueueFullException(TimeSpan retryAfter) : Exception("The queue is full.")
{
    /// <summary>When there will be room, from the measured throughput.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>The caller's deadline passed before the work was done.</summary>
public sealed class DeadlineExceededException() : Exception("The deadline passed before the work was done.");

/// <summary>A text has more tokens than the model takes.</summary>
/// <param name="index">The position of the text in the request.</param>
/// <param name="tokens">How many tokens it has.</param>
/// <param name="limit">How many the model takes.</param>
public sealed class TextTooLongException(int index, int tokens, int limit)
    : Exception($"Text {index} has {tokens} tokens; the limit is {limit}.")
{
    /// <summary>The position of the text in the request.</summary>
    public int Index { get; } = index;

    /// <summary>How many tokens it has.</summary>
    public int Tokens { get; } = tokens;

    /// <summary>How many the model takes.</summary>
    public int Limit { get; } = limit;
}

/// <summary>A text has no tokens, and so no embedding.</summary>
/// <param name="index">The position of the text in the request.</param>
public sealed class NoTokensException(int index) : ArgumentException($"Text {index} has no tokens.")
{
    /// <summary>The position of the text in the request.</summary>
    public int Index { get; } = index;
}

/// <summary>A text of token ids has one that the model does not know.</summary>
/// <param name="index">The position of the text in the request.</param>
/// <param name="id">The id.</param>
/// <param name="vocabularySize">How many ids there are; they are from 0 to one less.</param>
public sealed class UnknownTokenException(int index, int id, int vocabularySize)
    : Exception($"Text {index} has the token id {id}; the model's are from 0 to {vocabularySize - 1}.")
{
    /// <summary>The position of the text in the request.</summary>
    public int Index { get; } = index;

    /// <summary>The id.</summary>
    public int Id { get; } = id;

    /// <summary>How many ids there are.</summary>
    public int VocabularySize { get; } = vocabularySize;
}

/// <summary>The model failed on a batch, or gave numbers that are none; no wrong vector is ever returned in its place.</summary>
/// <param name="cause">What went wrong.</param>
public class InferenceFailedException(Exception cause) : Exception($"The model failed: {RuntimeFailure.Words(cause)}", cause);

/// <summary>ONNX Runtime refuses a graph.</summary>
/// <param name="model">The graph's file.</param>
/// <param name="cause">What ONNX Runtime said.</param>
public sealed class ModelLoadException(string model, Exception cause)
    : ModelException($"ONNX Runtime cannot load {model}: {RuntimeFailure.Words(cause)}", cause);

/// <summary>The model's output holds NaN or infinity, or a vector without a direction.</summary>
/// <param name="row">The row of the batch.</param>
/// <param name="detail">What is wrong with it.</param>
public sealed class ModelOutputException(int row, string detail) : Exception($"Row {row} of the model's output {detail}.");

/// <summary>The model found no memory for a batch: the process's limit, or the machine's, is reached.</summary>
/// <param name="cause">What ONNX Runtime or .NET said.</param>
public sealed class ModelOutOfMemoryException(Exception cause) : InferenceFailedException(cause)
{
    private static readonly string[] Words =
    [
        "Failed to allocate memory",
        "bad_alloc",
        "bad allocation",
        "is smaller than requested bytes",
    ];

    /// <summary>Whether a failure means that memory ran out; ONNX Runtime says so in words only.</summary>
    /// <param name="failure">What a run or a load threw.</param>
    public static bool IsMeantBy(Exception failure) =>
        failure is OutOfMemoryException or ModelOutOfMemoryException
        || (failure is ModelLoadException && IsMeantBy(failure.InnerException!))
        || (
            failure is Microsoft.ML.OnnxRuntime.OnnxRuntimeException
            && Words.Any(word => failure.Message.Contains(word, StringComparison.Ordinal))
        );
}
