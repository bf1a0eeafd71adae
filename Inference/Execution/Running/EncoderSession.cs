using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>A transformer encoder in ONNX Runtime: ids in, float outputs out. Thread-safe.</summary>
internal sealed class EncoderSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly InferenceSession? _intraOpSession;
    private readonly ArenaShrinkage _run = new();
    private readonly string[] _inputNames;
    private readonly int _padId;
    private readonly int _firstPosition;

    private EncoderSession(
        InferenceSession session,
        InferenceSession? intraOpSession,
        EncoderGraph graph,
        int padId,
        int firstPosition,
        bool mixesTexts
    )
    {
        (_session, _intraOpSession, Graph, _padId, _firstPosition, MixesTexts) = (
            session,
            intraOpSession,
            graph,
            padId,
            firstPosition,
            mixesTexts
        );
        _inputNames = [.. graph.Inputs.Select(input => input.Name)];
    }

    /// <summary>The inputs and outputs of the graph.</summary>
    public EncoderGraph Graph { get; }

    /// <summary>
    /// Whether a result depends on the other texts in its batch, as with int8 graphs that have one activation scale per tensor. Their texts
    /// run one by one, which costs next to nothing on a CPU from a few dozen tokens on.
    /// </summary>
    public bool MixesTexts { get; }

    /// <param name="modelPath">The model.onnx.</param>
    /// <param name="entry">The model's catalogue entry.</param>
    /// <param name="padId">The padding id for <c>input_ids</c>.</param>
    /// <param name="intraOpThreads">The number of threads of an intra-op parallel run; with 1 there is no second session.</param>
    /// <exception cref="InvalidDataException">The graph does not fit the entry; no session was opened.</exception>
    /// <exception cref="ModelLoadException">The file cannot be loaded.</exception>
    public static EncoderSession Open(string modelPath, CatalogEntry entry, int padId, int intraOpThreads = 1)
    {
        var graph = EncoderGraph.Of(OnnxReader.ReadSignature(modelPath), entry);
        var session = SessionFactory.Open(modelPath);
        try
        {
            var intraOpSession = intraOpThreads > 1 ? SessionFactory.OpenIntraOp(modelPath, intraOpThreads) : null;
            return new EncoderSession(
                session,
                intraOpSession,
                graph,
                padId,
                FirstPosition(entry.Family, padId),
                QuantizesTogether(modelPath)
            );
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs a batch on this thread, or with <paramref name="intraOp"/> on several if there is a session for it, and passes the outputs, in
    /// the order of their names, to <paramref name="read"/>; they are valid only during that call.
    /// </summary>
    public TResult Run<TResult>(
        IReadOnlyList<EncodedText> batch,
        string[] outputs,
        Func<IReadOnlyList<OrtValue>, int, TResult> read,
        bool intraOp = false
    )
    {
        var columns = batch.Max(text => text.Length);
        var inputs = new List<PaddedInput>(_inputNames.Length);
        try
        {
            foreach (var (_, kind, wide) in Graph.Inputs)
            {
                inputs.Add(PaddedInput.Create(kind, wide, batch, columns, _padId, _firstPosition));
            }

            var session = intraOp ? _intraOpSession ?? _session : _session;
            using var values = session.Run(
                _run.For((long)batch.Count * columns),
                _inputNames,
                inputs.ConvertAll(input => input.Value),
                outputs
            );
            return read(values, columns);
        }
        finally
        {
            inputs.ForEach(input => input.Dispose());
        }
    }

    /// <summary>Runs the texts together, or one by one if they would change each other's results.</summary>
    public T[] RunEach<T>(IReadOnlyList<EncodedText> batch, Func<IReadOnlyList<EncodedText>, T[]> run) =>
        MixesTexts && batch.Count > 1 ? [.. batch.Select(text => run([text])[0])] : run(batch);

    public void Dispose()
    {
        _run.Dispose();
        _intraOpSession?.Dispose();
        _session.Dispose();
    }

    /// <summary>Reads the operators only, not the weights of a large model.</summary>
    private static bool QuantizesTogether(string modelPath)
    {
        using var file = new MappedFile(modelPath);
        return OnnxReader.Read(file.Memory).Nodes.Any(node => node.Operator.StartsWith("DynamicQuantize", StringComparison.Ordinal));
    }

    /// <summary>RoBERTa and related models count positions from one past the padding id, BERT from 0.</summary>
    private static int FirstPosition(string family, int padId) =>
        family is "roberta" or "xlm-roberta" or "camembert" or "mpnet" ? padId + 1 : 0;
}
