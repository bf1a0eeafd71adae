using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Execution.Scheduling;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>A cross-encoder in ONNX Runtime on the CPU.</summary>
public sealed class RerankModel : IRerankModel, IOutOfMemoryReporter
{
    private readonly ModelEngine<float> _engine;
    private readonly TextEncoder _encoder;

    private RerankModel(ModelEngine<float> engine, TextEncoder encoder, Tokenizer tokenizer) =>
        (_engine, _encoder, Tokenizer) = (engine, encoder, tokenizer);

    /// <inheritdoc/>
    public event Action<ModelOutOfMemoryException>? OutOfMemory
    {
        add => _engine.OutOfMemory += value;
        remove => _engine.OutOfMemory -= value;
    }

    /// <inheritdoc/>
    public LoadedModel Model => _engine.Model;

    /// <inheritdoc/>
    public Tokenizer Tokenizer { get; }

    /// <inheritdoc/>
    public EngineStatus Status => _engine.Status;

    /// <summary>Loads an installed model and runs it once to warm it up. Takes seconds for a large model.</summary>
    /// <param name="installed">The model.</param>
    /// <param name="options">Workers, batches and queue.</param>
    /// <param name="time">Clock of deadlines and throughput.</param>
    /// <exception cref="TokenizerFormatException">The tokenizer.json uses an unsupported feature.</exception>
    /// <exception cref="InvalidDataException">
    /// The graph is not a cross-encoder; the message states what was expected and what was found.
    /// </exception>
    public static RerankModel Load(InstalledModel installed, InferenceOptions options, TimeProvider? time = null)
    {
        var tokenizer = Tokenizer.Load(installed.TokenizerPath);
        var encoder = new TokenizerEncoder(tokenizer);
        var runner = new RerankRunner(installed.ModelPath, installed.Entry, encoder.PadId);
        try
        {
            var model = new LoadedModel(installed.Entry.Id, installed.Revision, installed.Variant, 1, installed.Entry.MaxTokens)
            {
                MadeFrom = installed.MadeFrom,
            };
            return Over(model, runner, encoder, tokenizer, options, time);
        }
        catch
        {
            runner.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RerankScore>> ScoreAsync(
        string query,
        IReadOnlyList<string> documents,
        RequestOptions options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(options);
        var limit = _engine.Limit(options);
        var (encoded, logits) = await _engine
            .RunAsync(documents.Count, i => _encoder.EncodePair(query, documents[i], limit, options.Truncation), options, cancellationToken)
            .ConfigureAwait(false);

        var scores = new RerankScore[logits.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = new RerankScore(logits[i], encoded[i].Length, encoded[i].Truncated);
        }

        return scores;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>Builds a model over an open runner, which the model owns from then on.</summary>
    internal static RerankModel Over(
        LoadedModel model,
        IBatchRunner<float> runner,
        TextEncoder encoder,
        Tokenizer tokenizer,
        InferenceOptions options,
        TimeProvider? time = null
    )
    {
        runner.Run([encoder.EncodePair("probe", "probe", model.MaxTokens, Truncation.Right)]);
        return new RerankModel(new ModelEngine<float>(model, runner, options, time ?? TimeProvider.System), encoder, tokenizer);
    }
}
