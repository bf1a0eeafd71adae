using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Execution;

/// <summary>The queue is full; nothing of the request was admitted.</summary>
/// <param name="retryAfter">When the queue will have space, estimated from the measured throughput.</param>
public sealed class QueueFullException(TimeSpan retryAfter) : Exception("The queue is full.")
{
    /// <summary>When the queue will have space, estimated from the measured throughput.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>The caller's deadline passed before the work was done.</summary>
public sealed class DeadlineExceededException() : Exception("The deadline passed before the work was done.");

/// <summary>A text exceeds the token limit.</summary>
/// <param name="index">The position of the text in the request.</param>
/// <param name="tokens">How many tokens it has.</param>
/// <param name="limit">The token limit.</param>
public sealed class TextTooLongException(int index, int tokens, int limit)
    : Exception($"Text {index} has {tokens} tokens; the limit is {limit}.")
{
    /// <summary>The position of the text in the request.</summary>
    public int Index { get; } = index;

    /// <summary>How many tokens it has.</summary>
    public int Tokens { get; } = tokens;

    /// <summary>The token limit.</summary>
    public int Limit { get; } = limit;
}

/// <summary>A text has no tokens, and so no embedding.</summary>
/// <param name="index">The position of the text in the request.</param>
public sealed class NoTokensException(int index) : ArgumentException($"Text {index} has no tokens.")
{
    /// <summary>The position of the text in the request.</summary>
    public int Index { get; } = index;
}

/// <summary>A text given as token ids contains an id that is not in the vocabulary.</summary>
/// <param name="index">The position of the text in the request.</param>
/// <param name="id">The id.</param>
/// <param name="vocabularySize">The size of the vocabulary; ids are below it.</param>
public sealed class UnknownTokenException(int index, int id, int vocabularySize)
    : Exception($"Text {index} contains token id {id}; the model's ids range from 0 to {vocabularySize - 1}.")
{
    /// <summary>The position of the text in the request.</summary>
    public int Index { get; } = index;

    /// <summary>The id.</summary>
    public int Id { get; } = id;

    /// <summary>How many ids there are.</summary>
    public int VocabularySize { get; } = vocabularySize;
}

/// <summary>The model failed on a batch or its output is not finite; no result is returned instead.</summary>
/// <param name="cause">The failure.</param>
public class InferenceFailedException(Exception cause) : Exception($"The model failed: {OnnxRuntimeMessage.From(cause)}", cause);

/// <summary>ONNX Runtime cannot load a graph.</summary>
/// <param name="model">The graph's file.</param>
/// <param name="cause">The exception of ONNX Runtime.</param>
public sealed class ModelLoadException(string model, Exception cause)
    : ModelException($"ONNX Runtime cannot load {model}: {OnnxRuntimeMessage.From(cause)}", cause);

/// <summary>The model's output contains NaN or infinity, or a zero vector.</summary>
/// <param name="row">The row of the batch.</param>
/// <param name="detail">The defect, as a predicate.</param>
public sealed class ModelOutputException(int row, string detail) : Exception($"Row {row} of the model's output {detail}.");

/// <summary>The model ran out of memory for a batch: the limit of the process or the machine is reached.</summary>
/// <param name="cause">The exception of ONNX Runtime or .NET.</param>
public sealed class ModelOutOfMemoryException(Exception cause) : InferenceFailedException(cause)
{
    private static readonly string[] Words =
    [
        "Failed to allocate memory",
        "bad_alloc",
        "bad allocation",
        "is smaller than requested bytes",
    ];

    /// <summary>Whether a failure means out of memory; ONNX Runtime only says so in the message.</summary>
    /// <param name="failure">The exception of a run or a load.</param>
    public static bool IsMeantBy(Exception failure) =>
        failure is OutOfMemoryException or ModelOutOfMemoryException
        || (failure is ModelLoadException && IsMeantBy(failure.InnerException!))
        || (
            failure is Microsoft.ML.OnnxRuntime.OnnxRuntimeException
            && Words.Any(word => failure.Message.Contains(word, StringComparison.Ordinal))
        );
}
