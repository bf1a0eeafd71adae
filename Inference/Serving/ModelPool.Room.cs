namespace EmbedPlatform.Inference.Serving;

public sealed partial class ModelPool<TModel>
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    /// <summary>Evicts until a model fits; waits for callers to finish where all that could leave is in use.</summary>
    private async Task MakeRoomAsync(PoolEntry<TModel> entry, long needed)
    {
        var patience = TimeSpan.FromSeconds(_options.RoomSeconds);
        var started = _time.GetTimestamp();
        while (BudgetBytes > 0)
        {
            PoolEntry<TModel>? victim;
            Task freed;
            lock (_gate)
            {
                if (Used(entry) + needed <= BudgetBytes)
                {
                    return;
                }

                if (Pinned(entry) + needed > BudgetBytes)
                {
                    throw new InvalidOperationException(TooLarge(entry, needed));
                }

                victim = Victim(entry);
                if (_freed.Task.IsCompleted)
                {
                    _freed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                freed = _freed.Task;
            }

            if (victim is not null)
            {
                await EvictAsync(victim).ConfigureAwait(false);
                continue;
            }

            var left = patience - _time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                throw new NoRoomException("there is no room in memory: all other models are in use.");
            }

            // A lease that comes back wakes it; so does the end of its patience.
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
            await Task.WhenAny(freed, Task.Delay(left, _time, enough.Token)).ConfigureAwait(false);
            await enough.CancelAsync().ConfigureAwait(false);
            _closing.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>After a load that took more than its files made expect: others leave, or it does where it can never fit.</summary>
    private async Task TrimAsync(PoolEntry<TModel>? loaded)
    {
        while (true)
        {
            PoolEntry<TModel>? victim;
            lock (_gate)
            {
                if (BudgetBytes == 0 || Used(loaded) <= BudgetBytes)
                {
                    return;
                }

                victim = Victim(loaded);
                if (victim is null && loaded is { Leases: 0 } && Pinned(loaded) + loaded.Bytes > BudgetBytes)
                {
                    loaded.ExpectedBytes = loaded.Bytes;
                    loaded.Fail(TooLarge(loaded, loaded.Bytes), _time.GetUtcNow(), TimeSpan.FromSeconds(_options.RetrySeconds));
                    victim = loaded;
                }
            }

            if (victim is null)
            {
                return;
            }

            await EvictAsync(victim).ConfigureAwait(false);
        }
    }

    private async Task EvictAsync(PoolEntry<TModel> entry)
    {
        TModel? model;
        lock (_gate)
        {
            model = entry.Leases == 0 ? entry.Detach() : null;
        }

        if (model is not null)
        {
            await UnloadAsync(entry.Id, model, entry.Failure ?? "another model needs its memory").ConfigureAwait(false);
        }
    }

    private PoolEntry<TModel>? Victim(PoolEntry<TModel>? forWhom) =>
        _entries
            .Values.Where(entry => entry.Model is not null && entry.Leases == 0 && entry != forWhom && !IsPinned(entry))
            .MinBy(entry => entry.LastUsed);

    /// <summary>The default stays; while it is away, the fallback does.</summary>
    private bool IsPinned(PoolEntry<TModel> entry) =>
        (entry == _default && !entry.Leaving) || (entry == _fallback && _default is not { Serves: true });

    /// <summary>What others take. The default comes back beside the fallback that serves meanwhile and may leave then.</summary>
    private long Used(PoolEntry<TModel>? forWhom) =>
        _entries.Values.Where(entry => entry != forWhom && !IsSpared(entry, forWhom)).Sum(entry => entry.Bytes) + (forWhom?.Bytes ?? 0);

    private long Pinned(PoolEntry<TModel> forWhom) =>
        _entries.Values.Where(entry => entry != forWhom && IsPinned(entry) && !IsSpared(entry, forWhom)).Sum(entry => entry.Bytes);

    private bool IsSpared(PoolEntry<TModel> entry, PoolEntry<TModel>? forWhom) => forWhom == _default && entry == _fallback;

    private string TooLarge(PoolEntry<TModel> entry, long bytes) =>
        $"it takes {Megabytes(bytes)} MB, with {Megabytes(Pinned(entry))} MB that always stay loaded more than Inference:MemoryMegabytes = {_options.MemoryMegabytes}.";

    private static long Megabytes(long bytes) => (bytes + (1L << 20) - 1) >> 20;

    /// <summary>Everything that could leave is in use: no fault of the model, and over in a moment.</summary>
    private sealed class NoRoomException(string message) : Exception(message);
}
