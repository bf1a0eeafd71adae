using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ServiceDefaults.Telemetry;

namespace EmbedPlatform.RerankService.Model;

/// <summary>Traces and measures every call.</summary>
/// <param name="inner">The model; disposed with this one.</param>
internal sealed class TracedRerankModel(IRerankModel inner) : IRerankModel
{
    public LoadedModel Model => inner.Model;

    public EngineStatus Status => inner.Status;

    public Tokenizer Tokenizer => inner.Tokenizer;

    public Task<IReadOnlyList<RerankScore>> ScoreAsync(
        string query,
        IReadOnlyList<string> documents,
        RequestOptions options,
        CancellationToken cancellationToken
    ) =>
        ModelCall.MeasureAsync(
            ModelCall.Rerank,
            Model.Id,
            () => inner.ScoreAsync(query, documents, options, cancellationToken),
            (call, scores) =>
                call.With("embedplatform.documents", scores.Count)
                    .With("gen_ai.usage.input_tokens", scores.Sum(score => (long)score.Tokens))
        );

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
