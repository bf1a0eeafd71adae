using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Execution.Scheduling;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>An embedding model in ONNX Runtime on the CPU.</summary>
public sealed class EmbeddingModel : IEmbeddingModel, IOutOfMemoryReporter
{
    private readonly ModelEngine<TextVectors> _engine;
    private readonly TextEncoder _encoder;
    private readonly Tokenizer? _tokenizer;

    private EmbeddingModel(ModelEngine<TextVectors> engine, TextEncoder encoder, Tokenizer? tokenizer) =>
        (_engine, _encoder, _tokenizer) = (engine, encoder, tokenizer);

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

    /// <inheritdoc/>
    public Tokenizer Tokenizer => _tokenizer ?? throw new NotSupportedException("This model was built without a tokenizer.");

    /// <summary>Loads an installed model and runs it once to warm it up. Takes seconds for a large model.</summary>
    /// <param name="installed">The model.</param>
    /// <param name="options">Workers, batches and queue.</param>
    /// <param name="time">Clock of deadlines and throughput.</param>
    /// <exception cref="TokenizerFormatException">The tokenizer.json uses an unsupported feature.</exception>
    /// <exception cref="InvalidDataException">
    /// The graph does not match its catalogue entry; the message states what was expected and what was found.
    /// </exception>
    public static EmbeddingModel Load(InstalledModel installed, InferenceOptions options, TimeProvider? time = null)
    {
        var entry = installed.Entry;
        var tokenizer = Tokenizer.Load(installed.TokenizerPath);
        var encoder = new TokenizerEncoder(tokenizer);
        var runner = new EmbeddingRunner(
            installed.ModelPath,
            entry,
            encoder.PadId,
            encoder.IsSpecial,
            SingleTextParallelism.For(installed.SizeBytes, options)
        );
        try
        {
            var model = new LoadedModel(entry.Id, installed.Revision, installed.Variant, entry.Dimension, entry.MaxTokens)
            {
                MadeFrom = installed.MadeFrom,
                Outputs = runner.Outputs,
                Pooling = entry.Pooling,
                Normalized = entry.Normalize,
                MatryoshkaDimensions = entry.MatryoshkaDimensions,
                QueryPrompt = entry.QueryPrefix,
                DocumentPrompt = entry.DocumentPrefix,
            };
            return Over(model, runner, encoder, options, time, tokenizer);
        }
        catch
        {
            runner.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TextEmbedding>> EmbedAsync(
        IReadOnlyList<string> texts,
        EmbedOptions options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        var (prompt, limit) = (Model.Prompt(options.Role), _engine.Limit(options));
        return RunAsync(texts.Count, i => _encoder.Encode(prompt + texts[i], limit, options.Truncation), options, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TextEmbedding>> EmbedIdsAsync(
        IReadOnlyList<int[]> texts,
        EmbedOptions options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        var (size, limit) = (Tokenizer.VocabularySize, _engine.Limit(options));
        return RunAsync(texts.Count, Take, options, cancellationToken);

        EncodedText Take(int i)
        {
            var unknown = texts[i].AsSpan().IndexOfAnyExceptInRange(0, size - 1);
            return unknown < 0
                ? _encoder.Truncate(texts[i], limit, options.Truncation)
                : throw new UnknownTokenException(i, texts[i][unknown], size);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>Builds a model over an open runner, which the model owns from then on.</summary>
    internal static EmbeddingModel Over(
        LoadedModel model,
        IBatchRunner<TextVectors> runner,
        TextEncoder encoder,
        InferenceOptions options,
        TimeProvider? time = null,
        Tokenizer? tokenizer = null
    )
    {
        var text = encoder.Encode(model.DocumentPrompt + "probe", model.MaxTokens, Truncation.Right);
        var probe = runner.Run([text with { Outputs = model.Outputs }])[0].Dense!;
        return probe.Length == model.Dimension
            ? new EmbeddingModel(new ModelEngine<TextVectors>(model, runner, options, time ?? TimeProvider.System), encoder, tokenizer)
            : throw new InvalidDataException(
                $"{model.Id} outputs vectors of {probe.Length} dimensions; its catalogue entry says {model.Dimension}."
            );
    }

    private async Task<IReadOnlyList<TextEmbedding>> RunAsync(
        int count,
        Func<int, EncodedText> encode,
        EmbedOptions options,
        CancellationToken cancellationToken
    )
    {
        Check(options);
        var usual = options is { Outputs: EmbeddingOutputs.Dense, Normalize: null };
        var (encoded, vectors) = await _engine.RunAsync(count, usual ? encode : Encode, options, cancellationToken).ConfigureAwait(false);

        var results = new TextEmbedding[vectors.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = new TextEmbedding(Dense(vectors[i].Dense, i, options), encoded[i].Length, encoded[i].Truncated)
            {
                Sparse = vectors[i].Sparse,
                Colbert = vectors[i].Colbert,
                TokenVectors = vectors[i].Tokens,
            };
        }

        return results;

        EncodedText Encode(int i) => encode(i) with { Outputs = options.Outputs, Normalize = options.Normalize };
    }

    private void Check(EmbedOptions options)
    {
        if (options.Outputs == 0 || (options.Outputs & ~Model.Outputs) != 0)
        {
            throw options.Outputs == 0
                ? new ArgumentException("At least one output must be requested.", nameof(options))
                : new MissingOutputException(Model.Id, options.Outputs, Model.Outputs);
        }

        if (options.Dimensions is { } dimensions && (dimensions < 1 || dimensions > Model.Dimension))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                dimensions,
                $"The vectors of {Model.Id} can be truncated to between 1 and {Model.Dimension} dimensions."
            );
        }
    }

    private float[] Dense(float[]? vector, int text, EmbedOptions options)
    {
        try
        {
            return vector is null
                ? []
                : TokenPooling.Cut(vector, options.Dimensions ?? vector.Length, options.Normalize ?? Model.Normalized, text);
        }
        catch (ModelOutputException problem)
        {
            throw new InferenceFailedException(problem);
        }
    }
}
