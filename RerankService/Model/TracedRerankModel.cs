using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ServiceDefaults.Telemetry;

namespace EmbedPlatform.RerankService.Model;

/// <summary>A model whose every use is a span and a measurement.</summary>
/// <param name="inner">The model; owned.</param>
internal sealed class TracedRerankModel(IRerankModel inner) : IRerankModel
{
    /// <inheritdoc/>
    public LoadedModel Model => inner.Model;

    /// <inheritdoc/>
    public EngineStatus Status => inner.Status;

    /// <inheritdoc/>
    public Tokenizer Tokenizer => inner.Tokenizer;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RerankScore>> ScoreAsync(
        string query, IReadOnlyList<string> documents, WorkOptions options, CancellationToken cancellationToken)
    {
        using var call = new ModelCall(ModelCall.Rerank, Model.Id);
        try
        {
            var scores = await inner.ScoreAsync(query, documents, options, cancellationToken);
            if (call.IsTraced)
            {
                call.With("embedplatform.documents", scores.Count).With("gen_ai.usage.input_tokens", scores.Sum(score => (long)score.Tokens));
            }

            return scores;
        }
        catch (Exception failure)
        {
            call.Failed(failure);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
