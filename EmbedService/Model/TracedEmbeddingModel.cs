using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ServiceDefaults.Telemetry;

namespace EmbedPlatform.EmbedService.Model;

/// <summary>Traces and measures every call, cached or not.</summary>
/// <param name="inner">The model; disposed with this one.</param>
internal sealed class TracedEmbeddingModel(IEmbeddingModel inner) : IEmbeddingModel
{
    public LoadedModel Model => inner.Model;

    public EngineStatus Status => inner.Status;

    public Tokenizer Tokenizer => inner.Tokenizer;

    public Task<IReadOnlyList<TextEmbedding>> EmbedAsync(
        IReadOnlyList<string> texts,
        EmbedOptions options,
        CancellationToken cancellationToken
    ) => MeasureAsync(texts, options, () => inner.EmbedAsync(texts, options, cancellationToken));

    public Task<IReadOnlyList<TextEmbedding>> EmbedIdsAsync(
        IReadOnlyList<int[]> texts,
        EmbedOptions options,
        CancellationToken cancellationToken
    ) => MeasureAsync(texts, options, () => inner.EmbedIdsAsync(texts, options, cancellationToken));

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private Task<IReadOnlyList<TextEmbedding>> MeasureAsync<TText>(
        IReadOnlyList<TText> texts,
        EmbedOptions options,
        Func<Task<IReadOnlyList<TextEmbedding>>> embed
    ) =>
        ModelCall.MeasureAsync(
            ModelCall.Embeddings,
            Model.Id,
            embed,
            (call, embeddings) =>
                call.With("embedplatform.texts", texts.Count)
                    .With("embedplatform.lane", options.Lane == Lane.Bulk ? "bulk" : "interactive")
                    .With("gen_ai.usage.input_tokens", embeddings.Sum(embedding => (long)embedding.Tokens))
                    .With("gen_ai.embeddings.dimension.count", options.Dimensions ?? Model.Dimension)
        );
}
