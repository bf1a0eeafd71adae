using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ServiceDefaults.Telemetry;

namespace EmbedPlatform.EmbedService.Model;

/// <summary>A model whose every use is a span and a measurement, cached or not.</summary>
/// <param name="inner">The model; owned.</param>
internal sealed class TracedEmbeddingModel(IEmbeddingModel inner) : IEmbeddingModel
{
    /// <inheritdoc/>
    public LoadedModel Model => inner.Model;

    /// <inheritdoc/>
    public EngineStatus Status => inner.Status;

    /// <inheritdoc/>
    public Tokenizer Tokenizer => inner.Tokenizer;

    /// <inheritdoc/>
    public Task<IReadOnlyList<TextEmbedding>> EmbedAsync(IReadOnlyList<string> texts, EmbedOptions options, CancellationToken cancellationToken) =>
        TraceAsync(texts?.Count ?? 0, options, () => inner.EmbedAsync(texts!, options, cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyList<TextEmbedding>> EmbedIdsAsync(IReadOnlyList<int[]> texts, EmbedOptions options, CancellationToken cancellationToken) =>
        TraceAsync(texts?.Count ?? 0, options, () => inner.EmbedIdsAsync(texts!, options, cancellationToken));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<IReadOnlyList<TextEmbedding>> TraceAsync(int texts, EmbedOptions options, Func<Task<IReadOnlyList<TextEmbedding>>> embed)
    {
        using var call = new ModelCall(ModelCall.Embeddings, Model.Id);
        try
        {
            var embeddings = await embed();
            if (call.IsTraced)
            {
                call.With("embedplatform.texts", texts)
                    .With("embedplatform.lane", options.Lane == Lane.Bulk ? "bulk" : "interactive")
                    .With("gen_ai.usage.input_tokens", embeddings.Sum(embedding => (long)embedding.Tokens))
                    .With("gen_ai.embeddings.dimension.count", options.Dimensions ?? Model.Dimension);
            }

            return embeddings;
        }
        catch (Exception failure)
        {
            call.Failed(failure);
            throw;
        }
    }
}
