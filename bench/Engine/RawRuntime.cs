using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Bench.Engine;

/// <summary>
/// The plain way: ONNX Runtime with its own thread pool and defaults, batches of a fixed number of texts in the order they come, padded to the
/// longest. Tokenizing is counted, as it is for the engine.
/// </summary>
internal sealed class RawRuntime : IDisposable
{
    private readonly InferenceSession _session;
    private readonly Tokenizer _tokenizer;
    private readonly int _maxTokens;
    private readonly RunOptions _run = new();

    public RawRuntime(InstalledModel model, int threads, string? profile = null)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (profile is not null)
        {
            (options.EnableProfiling, options.ProfileOutputPathPrefix) = (true, profile);
        }

        (_session, _tokenizer, _maxTokens) = (new InferenceSession(model.ModelPath, options), Tokenizer.Load(model.TokenizerPath), model.Entry.MaxTokens);
    }

    /// <returns>How many tokens the texts had.</returns>
    public long Run(IReadOnlyList<string> texts, string? query, int batch)
    {
        var tokens = 0L;
        var options = new EncodeOptions { MaxTokens = _maxTokens, MatchSpecialTokens = false };
        foreach (var chunk in texts.Chunk(batch))
        {
            var rows = Array.ConvertAll(chunk, text => query is null ? _tokenizer.Encode(text, options) : _tokenizer.EncodePair(query, text, options));
            tokens += rows.Sum(row => (long)row.Ids.Length);
            Run(rows);
        }

        return tokens;
    }

    public string EndProfiling() => _session.EndProfiling();

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private void Run(Encoding[] rows)
    {
        var columns = rows.Max(row => row.Ids.Length);
        var inputs = new Dictionary<string, OrtValue>();
        foreach (var name in _session.InputMetadata.Keys)
        {
            var values = new long[rows.Length * columns];
            for (var row = 0; row < rows.Length; row++)
            {
                for (var i = 0; i < rows[row].Ids.Length; i++)
                {
                    values[(row * columns) + i] = name switch { "input_ids" => rows[row].Ids[i], "attention_mask" => 1, _ => rows[row].TypeIds[i] };
                }
            }

            inputs[name] = OrtValue.CreateTensorValueFromMemory(values, [rows.Length, columns]);
        }

        _session.Run(_run, inputs, [_session.OutputMetadata.Keys.First()]).Dispose();
        foreach (var value in inputs.Values)
        {
            value.Dispose();
        }
    }
}
