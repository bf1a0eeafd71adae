using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Execution.Scheduling;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>An embedding model in ONNX Runtime on the CPU.</summary>
public sealed class EmbeddingModel : IEmbeddingModel
{
    private readonly ModelEngine<float[]> _engine;
    private readonly TextEncoder _encoder;
    private readonly Prompts _prompts;

    private EmbeddingModel(ModelEngine<float[]> engine, TextEncoder encoder, Prompts prompts) =>
        (_engine, _encoder, _prompts) = (engine, encoder, prompts);

    /// <inheritdoc/>
    public LoadedModel Model => _engine.Model;

    /// <inheritdoc/>
    public EngineStatus Status => _engine.Status;

    /// <summary>Loads an installed model and runs it once, so that the first caller finds it warm. Takes seconds with a large model.</summary>
    /// <param name="installed">The model.</param>
    /// <param name="options">Workers, batches and queue.</param>
    /// <param name="time">Clock of deadlines and throughput.</param>
    /// <exception cref="TokenizerFormatException">The tokenizer asks for something unsupported.</exception>
    /// <exception cref="InvalidDataException">The graph is not the model that the catalogue describes.</exception>
    public static EmbeddingModel Load(InstalledModel installed, InferenceOptions options, TimeProvider? time = null)
    {
        var entry = installed.Entry;
        var encoder = new TokenizerEncoder(Tokenizer.Load(installed.TokenizerPath));
        var runner = new EmbeddingRunner(installed.ModelPath, encoder.PadId, entry.Pooling, entry.Normalize);
        try
        {
            var model = new LoadedModel(entry.Id, installed.Revision, installed.Variant, entry.Dimension, entry.MaxTokens);
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
        var prompt = options.Role == TextRole.Query ? _prompts.Query : _prompts.Document;
        var limit = _engine.Limit(options);
        var (encoded, vectors) = await _engine
            .RunAsync(texts.Count, i => _encoder.Encode(prompt + texts[i], limit, options.Truncation), options, cancellationToken)
            .ConfigureAwait(false);

        var results = new TextEmbedding[vectors.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = new TextEmbedding(vectors[i], encoded[i].Length, encoded[i].Truncated);
        }

        return results;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>Puts a model together over a runner that was opened already; the model owns it.</summary>
    internal static EmbeddingModel Over(
        LoadedModel model, IBatchRunner<float[]> runner, TextEncoder encoder, Prompts prompts, InferenceOptions options, TimeProvider? time = null)
    {
        var probe = runner.Run([encoder.Encode(prompts.Document + "probe", model.MaxTokens, TruncationPolicy.Right)])[0];
        return probe.Length == model.Dimension
            ? new EmbeddingModel(new ModelEngine<float[]>(model, runner, options, time ?? TimeProvider.System), encoder, prompts)
            : throw new InvalidDataException($"{model.Id} gives vectors of {probe.Length} numbers; its entry says {model.Dimension}.");
    }
}

/// <summary>What is put before a text, as the model was trained; empty where nothing is.</summary>
internal sealed record Prompts(string Query = "", string Document = "");
