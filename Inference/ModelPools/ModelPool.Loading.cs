namespace EmbedPlatform.Inference.ModelPools;

public sealed partial class ModelPool<TModel>
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    /// <summary>One load at a time, which keeps the memory peak low and makes the measured growth that of one model.</summary>
    private readonly SemaphoreSlim _loads = new(1);
    private TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _refreshedAt;

    private async ValueTask<ModelLease<TModel>> LoadAndRentAsync(PoolEntry<TModel> wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task loading;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
                if (wanted.Serves)
                {
                    return Lease(wanted, null);
                }

                if (wanted == _default && _fallback is { Serves: true } fallback)
                {
                    return Lease(fallback, Reason(wanted));
                }

                var next = wanted == _default && _fallback is not null && wanted.Failure is not null ? _fallback : wanted;
                if (next.Failure is { } failure && next.RetryAt - _time.GetUtcNow() is var pause && pause > TimeSpan.Zero)
                {
                    throw new ModelUnavailableException($"The model '{next.Id}' is not available: {failure}", pause);
                }

                loading = LoadedAsync(next);
            }

            // The load continues if this caller gives up, because others may wait for it.
            await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Completes when the model is loaded or has failed, as recorded in its entry; never throws.</summary>
    private Task LoadedAsync(PoolEntry<TModel> entry)
    {
        lock (_gate)
        {
            return entry.Loading ??= Task.Run(() => LoadAsync(entry));
        }
    }

    private async Task LoadAsync(PoolEntry<TModel> entry)
    {
        var entered = false;
        try
        {
            await _loads.WaitAsync(_closing.Token).ConfigureAwait(false);
            entered = true;
            await UnloadFailedAsync(entry).ConfigureAwait(false);
            await EvictUntilFitsAsync(entry, entry.ExpectedBytes).ConfigureAwait(false);
            var before = Resident();
            var started = _time.GetTimestamp();
            var model = await _source.LoadAsync(entry.Id, failure => OutOfMemory(entry, failure), _closing.Token).ConfigureAwait(false);
            ProcessMemory.Trim();
            lock (_gate)
            {
                entry.Loaded(model, Measured(entry, Resident() - before), _time.GetUtcNow());
                entry.LastUsed = ++_uses;
            }

            await EnforceBudgetAsync(entry).ConfigureAwait(false);
            if (entry.Failure is null)
            {
                _report($"{entry.Id} is loaded: {entry.Bytes >> 20} MB, {_time.GetElapsedTime(started).TotalMilliseconds:F0} ms");
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            Failed(entry, "the service is shutting down");
        }
        catch (PoolFullException full)
        {
            lock (_gate)
            {
                entry.Postpone(full.Message, _time.GetUtcNow() + PoolFullRetry);
            }
        }
        catch (Exception failure)
        {
            Failed(entry, failure.Message.ReplaceLineEndings(" "));
        }
        finally
        {
            lock (_gate)
            {
                entry.Loading = null;
            }

            if (entered)
            {
                _loads.Release();
            }
        }
    }

    /// <summary>
    /// The growth of the process, but at least the size of the files, since memory freed by an evicted model is reused without growth; at
    /// most four times that plus 256 MB, since other models run meanwhile.
    /// </summary>
    private static long Measured(PoolEntry<TModel> entry, long growth) =>
        Math.Clamp(growth, entry.ExpectedBytes, (4 * entry.ExpectedBytes) + (256L << 20));

    private void Failed(PoolEntry<TModel> entry, string reason)
    {
        lock (_gate)
        {
            entry.Fail(reason, _time.GetUtcNow(), TimeSpan.FromSeconds(_options.RetrySeconds));
        }

        // A failed start is reported by its exception.
        if (_started)
        {
            _report($"{entry.Id} cannot be loaded: {reason}");
        }
    }

    /// <summary>
    /// A run failed with out of memory: the model is unloaded after its last lease, unless it is the only one that can serve.
    /// </summary>
    private void OutOfMemory(PoolEntry<TModel> entry, Exception failure)
    {
        lock (_gate)
        {
            if (!entry.Serves || entry == _fallback || (entry == _default && _fallback is null))
            {
                return;
            }

            entry.Fail(
                $"it ran out of memory: {failure.Message.ReplaceLineEndings(" ")}",
                _time.GetUtcNow(),
                TimeSpan.FromSeconds(_options.RetrySeconds)
            );
            entry.MarkForUnload();
            if (entry == _default)
            {
                _ = LoadedAsync(_fallback!);
            }
        }

        _report($"{entry.Id} {entry.Failure}");
    }

    /// <summary>Called under the lock when the default is requested while the fallback serves.</summary>
    private void RetryDefaultIfDue()
    {
        if (_default is { Serves: false, Loading: null } main && main.RetryAt <= _time.GetUtcNow())
        {
            _ = LoadedAsync(main);
        }
    }

    private void RefreshInstalled()
    {
        var offers = _source.Offers();
        lock (_gate)
        {
            foreach (var offer in offers)
            {
                if (_entries.TryGetValue(offer.Id, out var known))
                {
                    (known.ExpectedBytes, known.MadeFrom) = (offer.ExpectedBytes, offer.MadeFrom);
                }
                else
                {
                    _entries[offer.Id] = new PoolEntry<TModel>(offer);
                }
            }

            _default ??= _entries[offers[0].Id];
            _fallback ??= _entries.GetValueOrDefault(_options.Fallback) is { } smaller && smaller != _default ? smaller : null;
            _refreshedAt = _time.GetUtcNow();
        }
    }

    /// <summary>Rescans the disk for an unknown name, at most once per interval.</summary>
    private void RefreshInstalledIfStale()
    {
        if (_time.GetUtcNow() - _refreshedAt >= RefreshInterval)
        {
            RefreshInstalled();
        }
    }

    /// <summary>A failed model is unloaded before it is loaded again, so that it is never in memory twice.</summary>
    private async Task UnloadFailedAsync(PoolEntry<TModel> entry)
    {
        TModel? idle;
        lock (_gate)
        {
            idle = entry.Leases == 0 ? entry.Detach() : null;
            if (entry.Model is not null)
            {
                throw new PoolFullException("the failed instance is still in use and must be unloaded first.");
            }
        }

        if (idle is not null)
        {
            await UnloadAsync(entry.Id, idle, "it ran out of memory").ConfigureAwait(false);
        }
    }

    private async Task UnloadAsync(string id, TModel model, string reason)
    {
        await model.DisposeAsync().ConfigureAwait(false);
        ProcessMemory.Trim();
        _report($"{id} is unloaded: {reason}");
    }
}
