namespace EmbedPlatform.Inference.ModelPools;

public sealed partial class ModelPool<TModel>
{
    private static readonly TimeSpan PoolFullRetry = TimeSpan.FromSeconds(1);

    /// <summary>Evicts models until this one fits; waits for a lease to end if every evictable model is in use.</summary>
    private async Task EvictUntilFitsAsync(PoolEntry<TModel> entry, long needed)
    {
        var timeout = TimeSpan.FromSeconds(_options.MemoryTimeoutSeconds);
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

            var left = timeout - _time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                throw new PoolFullException("there is not enough memory: all other loaded models are in use.");
            }

            // Woken by a returned lease or by the timeout.
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
            await Task.WhenAny(freed, Task.Delay(left, _time, enough.Token)).ConfigureAwait(false);
            await enough.CancelAsync().ConfigureAwait(false);
            _closing.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>After a load that took more memory than expected: evicts others, or the model itself if it can never fit.</summary>
    private async Task EnforceBudgetAsync(PoolEntry<TModel>? loaded)
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

    private PoolEntry<TModel>? Victim(PoolEntry<TModel>? incoming) =>
        _entries
            .Values.Where(entry => entry.Model is not null && entry.Leases == 0 && entry != incoming && !IsPinned(entry))
            .MinBy(entry => entry.LastUsed);

    /// <summary>The default is never evicted; while it is unavailable, neither is the fallback.</summary>
    private bool IsPinned(PoolEntry<TModel> entry) =>
        (entry == _default && !entry.Unloading) || (entry == _fallback && _default is not { Serves: true });

    /// <summary>
    /// The memory in use once the incoming model is loaded. The fallback does not count against the returning default: it can be evicted as
    /// soon as the default is back.
    /// </summary>
    private long Used(PoolEntry<TModel>? incoming) =>
        _entries.Values.Where(entry => entry != incoming && !IsReplaceable(entry, incoming)).Sum(entry => entry.Bytes)
        + (incoming?.Bytes ?? 0);

    private long Pinned(PoolEntry<TModel> incoming) =>
        _entries.Values.Where(entry => entry != incoming && IsPinned(entry) && !IsReplaceable(entry, incoming)).Sum(entry => entry.Bytes);

    private bool IsReplaceable(PoolEntry<TModel> entry, PoolEntry<TModel>? incoming) => incoming == _default && entry == _fallback;

    private string TooLarge(PoolEntry<TModel> entry, long bytes) =>
        $"it needs {Megabytes(bytes)} MB; with the {Megabytes(Pinned(entry))} MB that always stay loaded, that exceeds "
        + $"Inference:MemoryMegabytes = {_options.MemoryMegabytes}.";

    private static long Megabytes(long bytes) => (bytes + (1L << 20) - 1) >> 20;

    /// <summary>Every evictable model is in use. A temporary condition, not a failure of the model.</summary>
    private sealed class PoolFullException(string message) : Exception(message);
}
