using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Execution.Scheduling;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>An embedding model in ONNX Runtime on the CPU.</summary>
public sealed class EmbeddingModel : IEmbeddingModel, IReportsOutOfMemory
{
    private readonly ModelEngine<Vectors> _engine;
    private readonly TextEncoder _encoder;
    private readonly Prompts _prompts;

    private EmbeddingModel(ModelEngine<Vectors> engine, TextEncoder encoder, Prompts prompts) =>
        (_engine, _encoder, _prompts) = (engine, encoder, prompts);

    /// <inheritdoc/>
    public event Action<ModelOutOfMemoryException>? OutOfMemory
    {
        add => _engine.OutOfMemory += value;
        remove => _engine.OutOfMemory -= value;
    }

    /// <inheritdoc/>
    public LoadedModel Model => _engine.Model;

    /// <inheritdoc/>
    public EngineStatus Status => _engine.Status;

    /// <summary>Loads an installed model and runs it once, so that the first caller finds it warm. Takes seconds with a large model.</summary>
    /// <param name="installed">The model.</param>
    /// <param name="options">Workers, batches and queue.</param>
    /// <param name="time">Clock of deadlines and throughput.</param>
    /// <exception cref="TokenizerFormatException">The tokenizer asks for something unsupported.</exception>
    /// <exception cref="InvalidDataException">The graph is not the model that the catalogue describes; the message says what was expected and what it is.</exception>
    public static EmbeddingModel Load(InstalledModel installed, InferenceOptions options, TimeProvider? time = null)
    {
        var entry = installed.Entry;
        var encoder = new TokenizerEncoder(Tokenizer.Load(installed.TokenizerPath));
        var runner = new EmbeddingRunner(installed.ModelPath, entry, encoder.PadId, encoder.IsSpecial);
        try
        {
            var model = new LoadedModel(entry.Id, installed.Revision, installed.Variant, entry.Dimension, entry.MaxTokens)
            {
                Outputs = runner.Outputs,
                Normalized = entry.Normalize,
                MatryoshkaDimensions = entry.MatryoshkaDimensions,
            };
            return Over(model, runner, encoder, new Prompts(entry.QueryPrefix, entry.DocumentPrefix), options, time);
        }
        catch
        {
            runner.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TextEmbedding>> EmbedAsync(IReadOnlyList<string> texts, EmbedOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var prompt = options.Role == TextRole.Query ? _prompts.Query : _prompts.Document;
        var limit = _engine.Limit(options);
        var (encoded, vectors) = await _engine
            .RunAsync(texts.Count, Encode, options, cancellationToken)
            .ConfigureAwait(false);

        var results = new TextEmbedding[vectors.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = new TextEmbedding(Dense(vectors[i].Dense, i, options), encoded[i].Length, encoded[i].Truncated)
            {
                Sparse = vectors[i].Sparse,
                Colbert = vectors[i].Colbert,
            };
        }

        return results;

        EncodedText Encode(int i)
        {
            var text = _encoder.Encode(prompt + texts[i], limit, options.Truncation);
            return options.Outputs == text.Outputs ? text : text with { Outputs = options.Outputs };
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>Puts a model together over a runner that was opened already; the model owns it.</summary>
    internal static EmbeddingModel Over(
        LoadedModel model, IBatchRunner<Vectors> runner, TextEncoder encoder, Prompts prompts, InferenceOptions options, TimeProvider? time = null)
    {
        var text = encoder.Encode(prompts.Document + "probe", model.MaxTokens, TruncationPolicy.Right);
        var probe = runner.Run([text with { Outputs = model.Outputs }])[0].Dense!;
        return probe.Length == model.Dimension
            ? new EmbeddingModel(new ModelEngine<Vectors>(model, runner, options, time ?? TimeProvider.System), encoder, prompts)
            : throw new InvalidDataException($"{model.Id} gives vectors of {probe.Length} numbers; its entry says {model.Dimension}.");
    }

    private void Check(EmbedOptions options)
    {
        if (options.Outputs == 0 || (options.Outputs & ~Model.Outputs) != 0)
        {
            throw options.Outputs == 0
                ? new ArgumentException("No output is asked for.", nameof(options))
                : new MissingOutputException(Model.Id, options.Outputs, Model.Outputs);
        }

        if (options.Dimensions is { } dimensions && (dimensions < 1 || dimensions > Model.Dimension))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), dimensions, $"The vectors of {Model.Id} can be cut to 1 to {Model.Dimension} dimensions.");
        }
    }

    private float[] Dense(float[]? vector, int text, EmbedOptions options)
    {
        try
        {
            return vector is null ? [] : TokenPooling.Cut(vector, options.Dimensions ?? vector.Length, Model.Normalized, text);
        }
        catch (ModelOutputException problem)
        {
            throw new InferenceFailedException(problem);
        }
    }
}

/// <summary>What is put before a text, as the model was trained; empty where nothing is.</summary>
internal sealed record Prompts(string Query = "", string Document = "");
