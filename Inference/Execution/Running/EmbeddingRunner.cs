using EmbedPlatform.Inference.Execution.Scheduling;
using EmbedPlatform.Inference.Models;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>Batches to embeddings.</summary>
internal sealed class EmbeddingRunner : IBatchRunner<TextVectors>, IDisposable
{
    private readonly EncoderSession _session;
    private readonly Pooling _pooling;
    private readonly bool _normalize;
    private readonly Func<int, bool> _isSpecial;
    private readonly string[] _denseOnly;

    /// <param name="modelPath">The model.onnx.</param>
    /// <param name="entry">The model's catalogue entry.</param>
    /// <param name="padId">The padding id for <c>input_ids</c>.</param>
    /// <param name="isSpecial">Whether an id is a special token; those have no weight in a sparse embedding.</param>
    /// <param name="intraOpThreads">The number of threads for a single text.</param>
    /// <inheritdoc cref="EncoderSession.Open"/>
    public EmbeddingRunner(string modelPath, CatalogEntry entry, int padId, Func<int, bool>? isSpecial = null, int intraOpThreads = 1)
    {
        (_pooling, _normalize, _isSpecial) = (entry.Pooling, entry.Normalize, isSpecial ?? (_ => false));
        _session = EncoderSession.Open(modelPath, entry, padId, intraOpThreads);
        (_denseOnly, IntraOpThreads) = ([_session.Graph.Primary], intraOpThreads);
    }

    /// <summary>The outputs of the graph.</summary>
    public EmbeddingOutputs Outputs =>
        EmbeddingOutputs.Dense
        | (_session.Graph.Sparse is null ? 0 : EmbeddingOutputs.Sparse)
        | (_session.Graph.Colbert is null ? 0 : EmbeddingOutputs.Colbert)
        | (_session.Graph.Tokens is null ? 0 : EmbeddingOutputs.Tokens);

    public int IntraOpThreads { get; }

    public TextVectors[] Run(IReadOnlyList<EncodedText> batch) => _session.RunEach(batch, texts => RunTogether(texts));

    public TextVectors RunIntraOp(EncodedText text) => RunTogether([text], intraOp: true)[0];

    public void Dispose() => _session.Dispose();

    private TextVectors[] RunTogether(IReadOnlyList<EncodedText> batch, bool intraOp = false)
    {
        var wanted = batch.Aggregate((EmbeddingOutputs)0, (all, text) => all | text.Outputs);
        var names = Names(wanted);
        return _session.Run(
            batch,
            names,
            (values, columns) => PoolingTimer.Measure(() => Read(batch, name => values[Array.IndexOf(names, name)], wanted, columns)),
            intraOp
        );
    }

    // The pooled vectors and the returned token vectors come from the same output.
    private string[] Names(EmbeddingOutputs wanted) =>
        wanted == EmbeddingOutputs.Dense
            ? _denseOnly
            : [.. Enum.GetValues<EmbeddingOutputs>().Where(output => wanted.HasFlag(output)).Select(Name).Distinct()];

    private string Name(EmbeddingOutputs output) =>
        output switch
        {
            EmbeddingOutputs.Sparse => _session.Graph.Sparse!,
            EmbeddingOutputs.Colbert => _session.Graph.Colbert!,
            EmbeddingOutputs.Tokens => _session.Graph.Tokens!,
            _ => _session.Graph.Primary,
        };

    private TextVectors[] Read(IReadOnlyList<EncodedText> batch, Func<string, OrtValue> value, EmbeddingOutputs wanted, int columns)
    {
        var dense = wanted.HasFlag(EmbeddingOutputs.Dense) ? Dense(value(_session.Graph.Primary), batch) : null;
        var weights = wanted.HasFlag(EmbeddingOutputs.Sparse) ? value(_session.Graph.Sparse!) : null;
        var late = wanted.HasFlag(EmbeddingOutputs.Colbert) ? value(_session.Graph.Colbert!) : null;
        var tokens = wanted.HasFlag(EmbeddingOutputs.Tokens) ? value(_session.Graph.Tokens!) : null;

        var results = new TextVectors[batch.Count];
        for (var row = 0; row < results.Length; row++)
        {
            var asked = batch[row].Outputs;
            results[row] = new TextVectors(
                asked.HasFlag(EmbeddingOutputs.Dense) ? dense![row] : null,
                asked.HasFlag(EmbeddingOutputs.Sparse)
                    ? TokenWeights.Read(weights!.GetTensorDataAsSpan<float>(), ShapeOf(weights), batch, row, columns, _isSpecial)
                    : null,
                asked.HasFlag(EmbeddingOutputs.Colbert)
                    ? TokenVectors.Read(late!.GetTensorDataAsSpan<float>(), ShapeOf(late), batch, row, columns)
                    : null,
                asked.HasFlag(EmbeddingOutputs.Tokens)
                    ? TokenVectors.ReadRaw(tokens!.GetTensorDataAsSpan<float>(), ShapeOf(tokens), batch, row, columns)
                    : null
            );
        }

        return results;
    }

    private float[][] Dense(OrtValue value, IReadOnlyList<EncodedText> batch) =>
        TokenPooling.Pool(value.GetTensorDataAsSpan<float>(), ShapeOf(value), batch, _pooling, _normalize);

    private static long[] ShapeOf(OrtValue value) => value.GetTensorTypeAndShape().Shape;
}
