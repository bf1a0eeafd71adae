using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>A loaded cross-encoder that scores how well documents answer a query. Thread-safe.</summary>
public interface IRerankModel : IInferenceModel
{
    /// <summary>Texts to ids, as the model reads them: for whoever cuts long documents into windows.</summary>
    Tokenizer Tokenizer { get; }

    /// <summary>Scores every document against the query; the request is admitted whole or not at all.</summary>
    /// <param name="query">The query.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="options">Lane, deadline and truncation (of documents; a query is never cut to nothing).</param>
    /// <param name="cancellationToken">Drops the work that has not started.</param>
    /// <returns>One score per document, in the order of <paramref name="documents"/>.</returns>
    /// <exception cref="QueueFullException">The queue of this lane holds as many tokens as it may.</exception>
    /// <exception cref="DeadlineExceededException">The deadline passed before all pairs were scored.</exception>
    /// <exception cref="TextTooLongException">A pair is longer than the model takes and <see cref="Truncation.Error"/> is asked for.</exception>
    Task<IReadOnlyList<RerankScore>> ScoreAsync(
        string query,
        IReadOnlyList<string> documents,
        WorkOptions options,
        CancellationToken cancellationToken
    );
}

/// <summary>The score of one document.</summary>
/// <param name="Logit">The model's raw output; a greater one is a better answer. Not calibrated.</param>
/// <param name="Tokens">How many tokens the pair had, special tokens included.</param>
/// <param name="Truncated">Whether the document was cut.</param>
public sealed record RerankScore(float Logit, int Tokens, bool Truncated)
{
    /// <summary>The logit through a sigmoid, between 0 and 1.</summary>
    public double Probability => 1.0 / (1.0 + Math.Exp(-Logit));
}
