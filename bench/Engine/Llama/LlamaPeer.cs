using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;
using LLama;
using LLama.Common;
using LLama.Native;

namespace EmbedPlatform.Bench.Engine.Llama;

/// <summary>llama.cpp through LLamaSharp: the same weights as GGUF, its tokenizer, batches of 2,048 tokens, a thread per core.</summary>
internal sealed class LlamaPeer : IDisposable
{
    private const int BatchTokens = 2048;
    private const int Sequences = 64;

    private readonly LLamaWeights _weights;
    private readonly LLamaContext _context;
    private readonly int _maxTokens;

    private LlamaPeer(LLamaWeights weights, LLamaContext context, int maxTokens) =>
        (_weights, _context, _maxTokens) = (weights, context, maxTokens);

    /// <summary>Opens a GGUF file.</summary>
    public static LlamaPeer Open(string path, int maxTokens, int threads)
    {
        NativeLibraryConfig.All.WithLogCallback(
            (level, message) =>
            {
                if (level == LLamaLogLevel.Error)
                {
                    Console.Error.Write(message);
                }
            }
        );
        var options = new ModelParams(path)
        {
            ContextSize = BatchTokens,
            BatchSize = BatchTokens,
            UBatchSize = BatchTokens,
            SeqMax = Sequences,
            Threads = threads,
            BatchThreads = threads,
            GpuLayerCount = 0,
            Embeddings = true,
            PoolingType = LLamaPoolingType.Unspecified,
        };
        var weights = LLamaWeights.LoadFromFile(options);
        return new LlamaPeer(weights, weights.CreateContext(options), maxTokens);
    }

    public double Seconds(IReadOnlyList<string> texts)
    {
        var start = Stopwatch.GetTimestamp();
        Embed(texts);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The vectors of texts, of length 1.</summary>
    public float[][] Embed(IReadOnlyList<string> texts)
    {
        var vectors = new List<float[]>(texts.Count);
        var batch = new LLamaBatch();
        var waiting = 0;
        foreach (var text in texts)
        {
            var tokens = _context.Tokenize(text, addBos: true, special: false);
            tokens = tokens.Length > _maxTokens ? [.. tokens[..(_maxTokens - 1)], tokens[^1]] : tokens;
            if (batch.TokenCount + tokens.Length > BatchTokens || waiting == Sequences)
            {
                Run();
            }

            for (var i = 0; i < tokens.Length; i++)
            {
                batch.Add(tokens[i], i, (LLamaSeqId)waiting, logits: true);
            }

            waiting++;
        }

        Run();
        return [.. vectors];

        void Run()
        {
            if (waiting == 0)
            {
                return;
            }

            if (_context.Encode(batch) is not EncodeResult.Ok and var result)
            {
                throw new CommandException($"llama.cpp did not run a batch: {result}");
            }

            for (var i = 0; i < waiting; i++)
            {
                var vector = _context.NativeHandle.GetEmbeddingsSeq((LLamaSeqId)i).ToArray();
                var length = System.Numerics.Tensors.TensorPrimitives.Norm<float>(vector);
                System.Numerics.Tensors.TensorPrimitives.Divide(vector, length, vector);
                vectors.Add(vector);
            }

            batch.Clear();
            waiting = 0;
        }
    }

    public void Dispose()
    {
        _context.Dispose();
        _weights.Dispose();
    }
}
