using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>A loaded cross-encoder that scores how well documents answer a query. Thread-safe.</summary>
public interface IRerankModel : IInferenceModel
{
    /// <summary>The model's tokenizer, for splitting long documents into windows.</summary>
    Tokenizer Tokenizer { get; }

    /// <summary>Scores every document against the query; the request is admitted whole or not at all.</summary>
    /// <param name="query">The query.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="options">Lane, deadline and truncation (of documents; a query is never cut to nothing).</param>
    /// <param name="cancellationToken">Drops the work that has not started.</param>
    /// <returns>One score per document, in the order of <paramref name="documents"/>.</returns>
    /// <exception cref="QueueFullException">The queue of this lane is full.</exception>
    /// <exception cref="DeadlineExceededException">The deadline passed before all pairs were scored.</exception>
    /// <exception cref="TextTooLongException">A pair exceeds the token limit and <see cref="Truncation.Error"/> is set.</exception>
    Task<IReadOnlyList<RerankScore>> ScoreAsync(
        string query,
        IReadOnlyList<string> documents,
        RequestOptions options,
        CancellationToken cancellationToken
    );
}

/// <summary>The score of one document.</summary>
/// <param name="Logit">The model's raw output; higher is more relevant. Not calibrated.</param>
/// <param name="Tokens">The number of tokens of the pair, including special tokens.</param>
/// <param name="Truncated">Whether the document was cut.</param>
public sealed record RerankScore(float Logit, int Tokens, bool Truncated)
{
    /// <summary>The sigmoid of the logit, between 0 and 1.</summary>
    public double Probability => 1.0 / (1.0 + Math.Exp(-Logit));
}
