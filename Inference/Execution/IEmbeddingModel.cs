using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>
/// A loaded model that turns texts into embeddings. Thread-safe; queues, batches and runs the work of all callers together.
/// </summary>
public interface IEmbeddingModel : IInferenceModel
{
    /// <summary>The model's tokenizer.</summary>
    Tokenizer Tokenizer { get; }

    /// <summary>Embeds texts; the request is admitted whole or not at all and may be of any size.</summary>
    /// <param name="texts">The texts; the caller has to reject blank texts, which have no embedding.</param>
    /// <param name="options">Role, lane, deadline and truncation.</param>
    /// <param name="cancellationToken">Drops the work that has not started.</param>
    /// <returns>One result per text, in the order of <paramref name="texts"/>.</returns>
    /// <exception cref="QueueFullException">The queue of this lane is full.</exception>
    /// <exception cref="DeadlineExceededException">The deadline passed before all texts were embedded.</exception>
    /// <exception cref="TextTooLongException">A text exceeds the token limit and <see cref="Truncation.Error"/> is set.</exception>
    /// <exception cref="MissingOutputException">The model lacks a requested output.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <see cref="EmbedOptions.Dimensions"/> is below 1 or above the model's dimension.
    /// </exception>
    Task<IReadOnlyList<TextEmbedding>> EmbedAsync(IReadOnlyList<string> texts, EmbedOptions options, CancellationToken cancellationToken);

    /// <summary>
    /// Embeds texts given as token ids, unchanged: the caller adds special tokens and prompt, and <see cref="EmbedOptions.Role"/> is
    /// ignored.
    /// </summary>
    /// <param name="texts">
    /// The ids of each text, as <see cref="Tokenizer"/> returns them. Lists above the token limit are truncated as the options say; special
    /// tokens at the ends are kept.
    /// </param>
    /// <param name="options">Lane, deadline and truncation.</param>
    /// <param name="cancellationToken">Drops the work that has not started.</param>
    /// <returns>
    /// One result per text, in the order of <paramref name="texts"/>; bit-identical to those of <see cref="EmbedAsync"/> for the same ids.
    /// </returns>
    /// <exception cref="UnknownTokenException">An id is not in the vocabulary.</exception>
    /// <inheritdoc cref="EmbedAsync" path="/exception"/>
    Task<IReadOnlyList<TextEmbedding>> EmbedIdsAsync(IReadOnlyList<int[]> texts, EmbedOptions options, CancellationToken cancellationToken);
}

/// <summary>How texts are embedded.</summary>
public sealed record EmbedOptions : RequestOptions
{
    /// <summary>The role of the texts, which selects the prompt of models trained with prompts (e5's "query: " and "passage: ").</summary>
    public TextRole Role { get; init; } = TextRole.Document;

    /// <summary>The requested outputs, at least one; all come from a single pass through the model.</summary>
    public EmbeddingOutputs Outputs { get; init; } = EmbeddingOutputs.Dense;

    /// <summary>
    /// The length to which the dense vector is truncated, from 1 to the model's dimension; null for the full vector. If the model
    /// normalises, the result is normalised again. Models trained for it (Matryoshka representation learning, arXiv:2205.13147) lose little
    /// quality, others more: <see cref="LoadedModel.MatryoshkaDimensions"/>.
    /// </summary>
    public int? Dimensions { get; init; }

    /// <summary>
    /// Whether dense vectors are normalised to length 1; null for what the model was trained with (<see cref="LoadedModel.Normalized"/>).
    /// It cannot be turned off for a graph that normalises itself.
    /// </summary>
    public bool? Normalize { get; init; }
}

/// <summary>The role of a text in a search.</summary>
public enum TextRole
{
    /// <summary>A text to be found.</summary>
    Document,

    /// <summary>A search query.</summary>
    Query,

    /// <summary>A text without a prompt.</summary>
    Plain,
}

/// <summary>The embedding of one text.</summary>
/// <param name="Vector">
/// The dense embedding with the requested number of dimensions, of length 1 if normalised; empty if not requested.
/// </param>
/// <param name="Tokens">The number of embedded tokens, including special tokens.</param>
/// <param name="Truncated">Whether the text had more tokens than were embedded.</param>
public sealed record TextEmbedding(float[] Vector, int Tokens, bool Truncated)
{
    /// <summary>The weights of the text's tokens; null if not requested.</summary>
    public SparseEmbedding? Sparse { get; init; }

    /// <summary>
    /// One vector of length 1 per token, the first (the start token) left out, in the text's order; null if not requested.
    /// </summary>
    public IReadOnlyList<float[]>? Colbert { get; init; }

    /// <summary>The model's hidden state for each token, including special tokens; null if not requested.</summary>
    public IReadOnlyList<float[]>? TokenVectors { get; init; }
}
