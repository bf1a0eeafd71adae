namespace EmbedPlatform.Inference.Serving;

public sealed partial class ModelPool<TModel>
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>One load at a time: that keeps the peak low, and what is measured belongs to one model.</summary>
    private readonly SemaphoreSlim _loads = new(1);
    private TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _looked;

    private async ValueTask<ModelLease<TModel>> RentSlowlyAsync(PoolEntry<TModel> wanted, CancellationToken cancellationToken)
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

            // The load goes on when this caller leaves: others may wait for it, and the next one will want it.
            await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Completes when the model is loaded or has failed, which its entry then says; never throws.</summary>
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
            await DetachedAsync(entry).ConfigureAwait(false);
            await MakeRoomAsync(entry, entry.ExpectedBytes).ConfigureAwait(false);
            var before = Resident();
            var started = _time.GetTimestamp();
            var model = await _source.LoadAsync(entry.Id, failure => OutOfMemory(entry, failure), _closing.Token).ConfigureAwait(false);
            ProcessMemory.Trim();
            lock (_gate)
            {
                entry.Loaded(model, Measured(entry, Resident() - before), _time.GetUtcNow());
                entry.LastUsed = ++_uses;
            }

            await TrimAsync(entry).ConfigureAwait(false);
            if (entry.Failure is null)
            {
                _report($"{entry.Id} is loaded: {entry.Bytes >> 20} MB, {_time.GetElapsedTime(started).TotalMilliseconds:F0} ms");
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            Failed(entry, "the service is ending");
        }
        catch (NoRoomException full)
        {
            lock (_gate)
            {
                entry.Postpone(full.Message, _time.GetUtcNow() + SoonAgain);
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
    /// What the process grew by, at least the files' bytes: memory that an evicted model left is used again without growth. At most four times that and
    /// 256 MB, since other models work meanwhile.
    /// </summary>
    private static long Measured(PoolEntry<TModel> entry, long growth) =>
        Math.Clamp(growth, entry.ExpectedBytes, (4 * entry.ExpectedBytes) + (256L << 20));

    private void Failed(PoolEntry<TModel> entry, string reason)
    {
        lock (_gate)
        {
            entry.Fail(reason, _time.GetUtcNow(), TimeSpan.FromSeconds(_options.RetrySeconds));
        }

        // A start that fails is told by its exception.
        if (_started)
        {
            _report($"{entry.Id} cannot be loaded: {reason}");
        }
    }

    /// <summary>A run found no memory: the model leaves with its last user, unless it is the only one that can serve.</summary>
    private void OutOfMemory(PoolEntry<TModel> entry, Exception failure)
    {
        lock (_gate)
        {
            if (!entry.Serves || entry == _fallback || (entry == _default && _fallback is null))
            {
                return;
            }

            entry.Fail(
                $"it found no memory: {failure.Message.ReplaceLineEndings(" ")}",
                _time.GetUtcNow(),
                TimeSpan.FromSeconds(_options.RetrySeconds)
            );
            entry.Leave();
            if (entry == _default)
            {
                _ = LoadedAsync(_fallback!);
            }
        }

        _report($"{entry.Id} {entry.Failure}");
    }

    /// <summary>Called under the lock when somebody wants the default and the fallback serves.</summary>
    private void TryDefaultAgain()
    {
        if (_default is { Serves: false, Loading: null } main && main.RetryAt <= _time.GetUtcNow())
        {
            _ = LoadedAsync(main);
        }
    }

    private void LookAround()
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
            _looked = _time.GetUtcNow();
        }
    }

    /// <summary>For a name that nobody knew: it may have been installed since, but nobody makes the service search the disk all the time.</summary>
    private void LookAroundAgain()
    {
        if (_time.GetUtcNow() - _looked >= LookAgain)
        {
            LookAround();
        }
    }

    /// <summary>What is to leave does so with its last user; the model is not loaded a second time beside itself.</summary>
    private async Task DetachedAsync(PoolEntry<TModel> entry)
    {
        TModel? idle;
        lock (_gate)
        {
            idle = entry.Leases == 0 ? entry.Detach() : null;
            if (entry.Model is not null)
            {
                throw new NoRoomException("it is still in use and leaves memory first.");
            }
        }

        if (idle is not null)
        {
            await UnloadAsync(entry.Id, idle, "it found no memory").ConfigureAwait(false);
        }
    }

    private async Task UnloadAsync(string id, TModel model, string reason)
    {
        await model.DisposeAsync().ConfigureAwait(false);
        ProcessMemory.Trim();
        _report($"{id} is unloaded: {reason}");
    }
}
