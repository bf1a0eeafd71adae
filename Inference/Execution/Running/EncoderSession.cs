using EmbedPlatform.Inference.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>A transformer encoder in ONNX Runtime: ids in, one float output out. Thread-safe.</summary>
internal sealed class EncoderSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunMemory _run = new();
    private readonly (InputKind Kind, bool Wide)[] _inputs;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly int _padId;

    private EncoderSession(InferenceSession session, int padId, string output, bool mixesTexts)
    {
        (_session, _padId, MixesTexts) = (session, padId, mixesTexts);
        _inputNames = [.. session.InputMetadata.Keys];
        _inputs = [.. session.InputMetadata.Select(input => Describe(input.Key, input.Value))];
        _outputNames = [output];
    }

    /// <summary>
    /// Whether a text's result depends on the others in its batch: int8 graphs with one activation scale per tensor. Their texts run one by one, which
    /// on a CPU costs next to nothing from a few dozen tokens on.
    /// </summary>
    public bool MixesTexts { get; }

    /// <param name="modelPath">The model.onnx.</param>
    /// <param name="padId">What fills the rows of <c>input_ids</c>.</param>
    /// <param name="chooseOutput">Picks the output by name and shape (-1: variable); null where none fits.</param>
    /// <exception cref="InvalidDataException">The graph has inputs or outputs that this engine does not know.</exception>
    /// <exception cref="OnnxRuntimeException">The file cannot be loaded.</exception>
    public static EncoderSession Open(string modelPath, int padId, Func<IReadOnlyDictionary<string, NodeMetadata>, string?> chooseOutput)
    {
        var session = SessionFactory.Open(modelPath);
        try
        {
            var floats = session.OutputMetadata.Where(o => o.Value.IsTensor && o.Value.ElementDataType == TensorElementType.Float).ToDictionary();
            var output = chooseOutput(floats)
                ?? throw new InvalidDataException($"No float output fits; the model has {string.Join(", ", session.OutputMetadata.Keys)}.");
            var mixesTexts = OnnxReader.Read(modelPath).Nodes.Any(node => node.Operator.StartsWith("DynamicQuantize", StringComparison.Ordinal));
            return new EncoderSession(session, padId, output, mixesTexts);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a batch on this thread and hands the output's data and shape to <paramref name="read"/>; the data is gone afterwards.</summary>
    public TResult Run<TResult>(IReadOnlyList<EncodedText> batch, Func<ReadOnlySpan<float>, long[], TResult> read)
    {
        var columns = batch.Max(text => text.Length);
        var inputs = new List<PaddedInput>(_inputs.Length);
        try
        {
            foreach (var (kind, wide) in _inputs)
            {
                inputs.Add(PaddedInput.Create(kind, wide, batch, columns, _padId));
            }

            using var outputs = _session.Run(_run.For((long)batch.Count * columns), _inputNames, inputs.ConvertAll(input => input.Value), _outputNames);
            return read(outputs[0].GetTensorDataAsSpan<float>(), outputs[0].GetTensorTypeAndShape().Shape);
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
        _session.Dispose();
    }

    private static (InputKind Kind, bool Wide) Describe(string name, NodeMetadata metadata)
    {
        InputKind kind = name switch
        {
            "input_ids" => InputKind.Ids,
            "attention_mask" => InputKind.Mask,
            "token_type_ids" => InputKind.Types,
            _ => throw new InvalidDataException($"The model wants an input '{name}'; known are input_ids, attention_mask and token_type_ids."),
        };
        return metadata.ElementDataType switch
        {
            TensorElementType.Int64 => (kind, true),
            TensorElementType.Int32 => (kind, false),
            var other => throw new InvalidDataException($"The model's input '{name}' is {other}; int64 or int32 is needed."),
        };
    }
}
