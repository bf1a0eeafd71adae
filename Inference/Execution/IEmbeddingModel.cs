using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>A loaded model that turns texts into embeddings. Thread-safe; queues, batches and runs the work of all callers together.</summary>
public interface IEmbeddingModel : IInferenceModel
{
    /// <summary>What turns texts into the model's ids.</summary>
    Tokenizer Tokenizer { get; }

    /// <summary>Embeds texts; the request is admitted whole or not at all and may be of any size.</summary>
    /// <param name="texts">The texts; blank ones have no embedding and are refused by the caller.</param>
    /// <param name="options">Role, lane, deadline and truncation.</param>
    /// <param name="cancellationToken">Drops the work that has not started.</param>
    /// <returns>One result per text, in the order of <paramref name="texts"/>.</returns>
    /// <exception cref="QueueFullException">The queue of this lane holds as many tokens as it may.</exception>
    /// <exception cref="DeadlineExceededException">The deadline passed before all texts were embedded.</exception>
    /// <exception cref="TextTooLongException">A text is longer than the model takes and <see cref="Truncation.Error"/> is asked for.</exception>
    /// <exception cref="MissingOutputException">The model lacks an output that is asked for.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="EmbedOptions.Dimensions"/> is below 1 or above the model's dimension.</exception>
    Task<IReadOnlyList<TextEmbedding>> EmbedAsync(IReadOnlyList<string> texts, EmbedOptions options, CancellationToken cancellationToken);

    /// <summary>Embeds texts that are token ids already, exactly as they are: special tokens and the prompt are the caller's, and <see cref="EmbedOptions.Role"/> means nothing.</summary>
    /// <param name="texts">The ids of each text as <see cref="Tokenizer"/> gives them; a longer list than the model takes is cut as the options say, without its special tokens at both ends.</param>
    /// <param name="options">Lane, deadline and truncation.</param>
    /// <param name="cancellationToken">Drops the work that has not started.</param>
    /// <returns>One result per text, in the order of <paramref name="texts"/>; the very vectors of <see cref="EmbedAsync"/> where the ids are the same.</returns>
    /// <exception cref="UnknownTokenException">An id is not in the vocabulary.</exception>
    /// <inheritdoc cref="EmbedAsync" path="/exception"/>
    Task<IReadOnlyList<TextEmbedding>> EmbedIdsAsync(IReadOnlyList<int[]> texts, EmbedOptions options, CancellationToken cancellationToken);
}

/// <summary>How texts are embedded.</summary>
public sealed record EmbedOptions : WorkOptions
{
    /// <summary>What the texts are; models trained with prompts (e5's "query: " and "passage: ") need to know.</summary>
    public TextRole Role { get; init; } = TextRole.Document;

    /// <summary>Which forms of the embedding are wanted; all come from one pass through the model. At least one.</summary>
    public EmbeddingOutputs Outputs { get; init; } = EmbeddingOutputs.Dense;

    /// <summary>
    /// The length to which the dense vector is cut, from 1 to the model's dimension; null: the whole. Where the model normalises, what is left is
    /// brought to length 1 again. Models trained for it (Matryoshka representation learning, arXiv:2205.13147) lose little, others more:
    /// <see cref="LoadedModel.MatryoshkaDimensions"/>.
    /// </summary>
    public int? Dimensions { get; init; }

    /// <summary>Whether dense vectors are brought to length 1; null: as the model was trained (<see cref="LoadedModel.Normalized"/>). A graph that does it itself gives no others.</summary>
    public bool? Normalize { get; init; }
}

/// <summary>What a text is to a search.</summary>
public enum TextRole
{
    /// <summary>A text that is looked for.</summary>
    Document,

    /// <summary>A text that asks.</summary>
    Query,

    /// <summary>A text as it is: no prompt is put before it.</summary>
    Plain,
}

/// <summary>The embedding of one text.</summary>
/// <param name="Vector">The dense embedding, of the dimension that was asked for, of length 1 where the model normalises; empty where it was not asked for.</param>
/// <param name="Tokens">How many tokens were embedded, special tokens included.</param>
/// <param name="Truncated">Whether the text had more tokens than were embedded.</param>
public sealed record TextEmbedding(float[] Vector, int Tokens, bool Truncated)
{
    /// <summary>The weights of the text's tokens; null where they were not asked for.</summary>
    public SparseEmbedding? Sparse { get; init; }

    /// <summary>One vector of length 1 per token, the first (the start token) left out, in the text's order; null where they were not asked for.</summary>
    public IReadOnlyList<float[]>? Colbert { get; init; }

    /// <summary>The model's own vector for each token, special tokens included; null where they were not asked for.</summary>
    public IReadOnlyList<float[]>? TokenVectors { get; init; }
}
