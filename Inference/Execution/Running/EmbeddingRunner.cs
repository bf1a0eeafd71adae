using EmbedPlatform.Inference.Execution.Scheduling;
using EmbedPlatform.Inference.Models;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>Batches to embeddings.</summary>
internal sealed class EmbeddingRunner : IBatchRunner<float[]>, IDisposable
{
    private static readonly string[] PooledNames = ["sentence_embedding", "dense_vecs", "embeddings"];
    private static readonly string[] TokenNames = ["last_hidden_state", "token_embeddings"];

    private readonly EncoderSession _session;
    private readonly Pooling _pooling;
    private readonly bool _normalize;

    /// <inheritdoc cref="EncoderSession.Open"/>
    public EmbeddingRunner(string modelPath, int padId, Pooling pooling, bool normalize)
    {
        (_pooling, _normalize) = (pooling, normalize);
        _session = EncoderSession.Open(modelPath, padId, ChooseOutput);
    }

    public float[][] Run(IReadOnlyList<EncodedText> batch) =>
        _session.RunEach(batch, texts => _session.Run(texts, (output, shape) => TokenPooling.Pool(output, shape, texts, _pooling, _normalize)));

    public void Dispose() => _session.Dispose();

    private string? ChooseOutput(IReadOnlyDictionary<string, NodeMetadata> outputs)
    {
        var (names, rank) = _pooling == Pooling.None ? (PooledNames, 2) : (TokenNames, 3);
        return names.FirstOrDefault(name => outputs.TryGetValue(name, out var o) && o.Dimensions.Length == rank)
            ?? outputs.FirstOrDefault(o => o.Value.Dimensions.Length == rank).Key;
    }
}
