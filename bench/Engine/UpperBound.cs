using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Bench.Engine;

/// <summary>
/// The hardware's limit: rows tokenized beforehand, only equal lengths in a batch so that nothing is padded, single-threaded runs on every
/// core, no queue, no pooling, results thrown away. It tries several batch sizes and uses the fastest.
/// </summary>
internal sealed class UpperBound : IDisposable
{
    private static readonly int[] Sizes = [64, 128, 256, 512];

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly int _workers;

    public UpperBound(string modelPath, int workers)
    {
        _workers = workers;
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(modelPath, options);
    }

    public int BatchTokens { get; private set; } = Sizes[0];

    /// <summary>Chooses the fastest batch size on some of the rows.</summary>
    public void Tune(IReadOnlyList<Row> rows)
    {
        Seconds(rows, BatchTokens);
        BatchTokens = Sizes.MinBy(size => Enumerable.Range(0, 2).Min(_ => Seconds(rows, size)));
    }

    public double Seconds(IReadOnlyList<Row> rows) => Seconds(rows, BatchTokens);

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private double Seconds(IReadOnlyList<Row> rows, int batchTokens)
    {
        var batches = rows.GroupBy(row => row.Ids.Length)
            .OrderByDescending(group => group.Key)
            .SelectMany(group => group.Chunk(Math.Max(1, batchTokens / group.Key)))
            .ToArray();
        var next = -1;
        var threads = Enumerable
            .Range(0, _workers)
            .Select(_ => new Thread(() =>
            {
                for (int i; (i = Interlocked.Increment(ref next)) < batches.Length;)
                {
                    Inputs.Run(_session, _run, batches[i]);
                }
            }))
            .ToList();
        var start = Stopwatch.GetTimestamp();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
