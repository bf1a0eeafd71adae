using System.Diagnostics;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Bench.Engine;

/// <summary>ONNX Runtime's defaults: its own threads, batches of 32 texts in the given order, padded. Includes tokenizing.</summary>
internal sealed class DefaultRuntime : IDisposable
{
    public const int Batch = 32;

    private readonly InferenceSession _session;
    private readonly Tokenizer _tokenizer;
    private readonly RunOptions _run = new();
    private readonly EncodeOptions _options;

    public DefaultRuntime(InstalledModel model, string? profile = null)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (profile is not null)
        {
            (options.EnableProfiling, options.ProfileOutputPathPrefix) = (true, profile);
        }

        (_session, _tokenizer) = (new InferenceSession(model.ModelPath, options), Tokenizer.Load(model.TokenizerPath));
        _options = new EncodeOptions { MaxTokens = model.Entry.MaxTokens, MatchSpecialTokens = false };
    }

    public double Seconds(IReadOnlyList<string> texts)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var chunk in texts.Chunk(Batch))
        {
            Inputs.Run(
                _session,
                _run,
                Array.ConvertAll(chunk, text => _tokenizer.Encode(text, _options) is var row ? new Row(row.Ids, row.TypeIds) : default)
            );
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public string EndProfiling() => _session.EndProfiling();

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
