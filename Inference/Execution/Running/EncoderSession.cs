using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>A transformer encoder in ONNX Runtime: ids in, float outputs out. Thread-safe.</summary>
internal sealed class EncoderSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly InferenceSession? _wide;
    private readonly RunMemory _run = new();
    private readonly string[] _inputNames;
    private readonly int _padId;
    private readonly int _firstPosition;

    private EncoderSession(
        InferenceSession session,
        InferenceSession? wide,
        EncoderGraph graph,
        int padId,
        int firstPosition,
        bool mixesTexts
    )
    {
        (_session, _wide, Graph, _padId, _firstPosition, MixesTexts) = (session, wide, graph, padId, firstPosition, mixesTexts);
        _inputNames = [.. graph.Inputs.Select(input => input.Name)];
    }

    /// <summary>What the graph takes and gives.</summary>
    public EncoderGraph Graph { get; }

    /// <summary>
    /// Whether a text's result depends on the others in its batch: int8 graphs with one activation scale per tensor. Their texts run one by one, which
    /// on a CPU costs next to nothing from a few dozen tokens on.
    /// </summary>
    public bool MixesTexts { get; }

    /// <param name="modelPath">The model.onnx.</param>
    /// <param name="entry">What the model is said to be.</param>
    /// <param name="padId">What fills the rows of <c>input_ids</c>.</param>
    /// <param name="wideThreads">On how many threads a wide run goes; 1: there is none, and no second session.</param>
    /// <exception cref="InvalidDataException">The graph does not fit the entry; no session was opened.</exception>
    /// <exception cref="ModelLoadException">The file cannot be loaded.</exception>
    public static EncoderSession Open(string modelPath, CatalogEntry entry, int padId, int wideThreads = 1)
    {
        var graph = EncoderGraph.Of(OnnxReader.ReadSignature(modelPath), entry);
        var session = SessionFactory.Open(modelPath);
        try
        {
            var wide = wideThreads > 1 ? SessionFactory.OpenWide(modelPath, wideThreads) : null;
            return new EncoderSession(session, wide, graph, padId, FirstPosition(entry.Family, padId), QuantizesTogether(modelPath));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a batch on this thread, or with <paramref name="alone"/> on several where there is a session for that, and hands the outputs, in the order of their names, to <paramref name="read"/>; they are gone afterwards.</summary>
    public TResult Run<TResult>(
        IReadOnlyList<EncodedText> batch,
        string[] outputs,
        Func<IReadOnlyList<OrtValue>, int, TResult> read,
        bool alone = false
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

            var session = alone ? _wide ?? _session : _session;
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

    /// <summary>Runs the texts together, or one by one where they would change each other's results.</summary>
    public T[] RunEach<T>(IReadOnlyList<EncodedText> batch, Func<IReadOnlyList<EncodedText>, T[]> run) =>
        MixesTexts && batch.Count > 1 ? [.. batch.Select(text => run([text])[0])] : run(batch);

    public void Dispose()
    {
        _run.Dispose();
        _wide?.Dispose();
        _session.Dispose();
    }

    /// <summary>Looks at the operators only: the weights of a large model are not read.</summary>
    private static bool QuantizesTogether(string modelPath)
    {
        using var file = new MappedFile(modelPath);
        return OnnxReader.Read(file.Memory).Nodes.Any(node => node.Operator.StartsWith("DynamicQuantize", StringComparison.Ordinal));
    }

    /// <summary>RoBERTa and its kin count positions from behind the padding id, BERT from 0.</summary>
    private static int FirstPosition(string family, int padId) =>
        family is "roberta" or "xlm-roberta" or "camembert" or "mpnet" ? padId + 1 : 0;
}
