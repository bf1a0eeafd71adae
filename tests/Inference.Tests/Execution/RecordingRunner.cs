using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Execution.Scheduling;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>Gives each text's first id back and remembers the batches; stands still while it is held.</summary>
internal sealed class RecordingRunner : IBatchRunner<int>
{
    private readonly Lock _lock = new();
    private readonly List<int[]> _batches = [];
    private readonly ManualResetEventSlim _open = new(true);
    private readonly SemaphoreSlim _entered = new(0);

    /// <summary>A text with this id fails its batch.</summary>
    public const int Poison = 666;

    /// <summary>The first ids of the texts of each batch, in the order in which batches began.</summary>
    public int[][] Batches
    {
        get
        {
            lock (_lock)
            {
                return [.. _batches];
            }
        }
    }

    public Action? OnRun { get; set; }

    /// <summary>The first ids of the texts that ran alone on all cores.</summary>
    public List<int> Alone { get; } = [];

    public int IntraOpThreads { get; set; } = 1;

    public void Hold() => _open.Reset();

    public void Release() => _open.Set();

    public Task WaitUntilRunning(CancellationToken token) => _entered.WaitAsync(token);

    public int RunIntraOp(EncodedText text)
    {
        Alone.Add(text.Ids[0]);
        return Run([text])[0];
    }

    public int[] Run(IReadOnlyList<EncodedText> batch)
    {
        lock (_lock)
        {
            _batches.Add([.. batch.Select(text => text.Ids[0])]);
        }

        _entered.Release();
        _open.Wait();
        OnRun?.Invoke();
        return batch.Any(text => text.Ids[0] == Poison)
            ? throw new InvalidOperationException("poison")
            : [.. batch.Select(text => text.Ids[0])];
    }
}
