using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Inference.ModelPools;

/// <summary>
/// Models by name under one memory budget: loaded on first use, evicted least recently used first when another needs the memory, never
/// while in use. The default is always loaded. If that fails, the fallback serves, with the reason, while loading the default is retried.
/// </summary>
/// <typeparam name="TModel">The model interface.</typeparam>
public sealed partial class ModelPool<TModel> : IModelPool<TModel>, IAsyncDisposable
    where TModel : class, IInferenceModel
{
    private readonly Lock _gate = new();
    private readonly IModelProvider<TModel> _source;
    private readonly InferenceOptions _options;
    private readonly ModelNameResolver _names;
    private readonly TimeProvider _time;
    private readonly Action<string> _report;
    private readonly Dictionary<string, PoolEntry<TModel>> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _closing = new();
    private PoolEntry<TModel>? _default;
    private PoolEntry<TModel>? _fallback;
    private long _uses;
    private bool _started;

    /// <summary>A pool that serves nothing until it is started.</summary>
    /// <param name="source">Where the models come from.</param>
    /// <param name="options">Names, memory and fallback.</param>
    /// <param name="knownNames">Names that mean the default unless the options say otherwise: <see cref="ProviderModelAliases"/>.</param>
    /// <param name="time">Clock of pauses; null: the system's.</param>
    /// <param name="report">Receives one line for the operator about each load, eviction and failure; null to discard them.</param>
    public ModelPool(
        IModelProvider<TModel> source,
        InferenceOptions options,
        IReadOnlyList<string>? knownNames = null,
        TimeProvider? time = null,
        Action<string>? report = null
    )
    {
        (_source, _options, _names) = (source, options, new ModelNameResolver(options, knownNames ?? []));
        (_time, _report) = (time ?? TimeProvider.System, report ?? (_ => { }));
    }

    /// <summary>The maximum memory of all loaded models together, in bytes; 0 for no limit.</summary>
    public long BudgetBytes => _options.MemoryMegabytes * 1024L * 1024L;

    /// <summary>The resident bytes of the process, by which a loaded model is measured.</summary>
    internal Func<long> Resident { get; init; } = () => ProcessMemory.Resident;

    /// <inheritdoc/>
    public IReadOnlyList<ServedModel> Models
    {
        get
        {
            lock (_gate)
            {
                return
                [
                    .. _entries
                        .Values.OrderByDescending(entry => entry == _default)
                        .ThenBy(entry => entry.Id, StringComparer.Ordinal)
                        .Select(entry => new ServedModel(
                            entry.Id,
                            entry == _default,
                            entry.Serves,
                            entry.Model is null ? entry.ExpectedBytes : entry.Bytes
                        )
                        {
                            MadeFrom = entry.MadeFrom,
                        }),
                ];
            }
        }
    }

    /// <summary>
    /// The model for requests that name none, without leasing it: the default, otherwise the fallback; null before the start.
    /// </summary>
    public TModel? Serving
    {
        get
        {
            lock (_gate)
            {
                return _default is { Serves: true } ? _default.Model
                    : _fallback is { Serves: true } ? _fallback.Model
                    : null;
            }
        }
    }

    /// <summary>Why and until when the fallback serves in place of the default; null if the default serves.</summary>
    public FallbackState? Fallback
    {
        get
        {
            lock (_gate)
            {
                return _started && _default is { Serves: false } main && _fallback is not null
                    ? new FallbackState(_fallback.Id, Reason(main), main.RetryAt)
                    : null;
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ModelUnavailableException">The model cannot be loaded at the moment, or nothing can be evicted for it.</exception>
    public ValueTask<ModelLease<TModel>> RentAsync(string? name, CancellationToken cancellationToken)
    {
        var entry = Resolve(name);
        lock (_gate)
        {
            if (entry.Serves)
            {
                return new(Lease(entry, null));
            }

            if (entry == _default && _fallback is { Serves: true } fallback)
            {
                RetryDefaultIfDue();
                return new(Lease(fallback, Reason(entry)));
            }

            return LoadAndRentAsync(entry, cancellationToken);
        }
    }

    /// <summary>Loads the default, or the fallback if that fails.</summary>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <exception cref="Models.ModelException">
    /// Neither can be loaded, or the target of an alias is not served; the message is for the operator.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        RefreshInstalled();
        lock (_gate)
        {
            if (_names.Dangling(_entries.ContainsKey) is var (name, target))
            {
                throw new Models.UnknownModelException($"Inference:Aliases:{name} points to '{target}', which is not served.");
            }
        }

        var main = _default!;
        await LoadedAsync(main).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!main.Serves)
        {
            if (_fallback is not { } fallback)
            {
                throw new Models.ModelException(main.Failure ?? "It cannot be loaded.");
            }

            await LoadedAsync(fallback).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!fallback.Serves)
            {
                throw new Models.ModelException($"{main.Failure} The fallback cannot be loaded either: {fallback.Failure}");
            }

            _report($"{fallback.Id} serves in place of {main.Id}: {main.Failure}");
        }

        lock (_gate)
        {
            _started = true;
        }
    }

    /// <summary>Rejects new callers, waits for a load in progress and disposes of every model; each finishes its admitted work.</summary>
    public async ValueTask DisposeAsync()
    {
        PoolEntry<TModel>[] entries;
        lock (_gate)
        {
            if (_closing.IsCancellationRequested)
            {
                return;
            }

            _started = false;
            _closing.Cancel();
            entries = [.. _entries.Values];
        }

        await Task.WhenAll(entries.Select(entry => entry.Loading ?? Task.CompletedTask)).ConfigureAwait(false);
        foreach (var entry in entries)
        {
            TModel? model;
            lock (_gate)
            {
                model = entry.Detach();
            }

            if (model is not null)
            {
                await model.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private PoolEntry<TModel> Resolve(string? name)
    {
        if (Known(name) is { } entry)
        {
            return entry;
        }

        RefreshInstalledIfStale();
        return Known(name) ?? throw new ModelNotServedException(name!, [.. Models.Select(model => model.Id)]);
    }

    private PoolEntry<TModel>? Known(string? name)
    {
        lock (_gate)
        {
            return !_started ? throw new ModelUnavailableException("The service is still loading its model.", TimeSpan.FromSeconds(2))
                : ModelNameResolver.IsDefault(name) ? _default
                : _entries.GetValueOrDefault(name!) is { } entry ? entry
                : _names.Target(name!) is not { } target ? null
                : ModelNameResolver.IsDefault(target) ? _default
                : _entries[target];
        }
    }

    private ModelLease<TModel> Lease(PoolEntry<TModel> entry, string? reason)
    {
        entry.Leases++;
        entry.LastUsed = ++_uses;
        return new ModelLease<TModel>(entry.Model!, reason, () => Return(entry));
    }

    private static string Reason(PoolEntry<TModel> away) => $"{away.Id} is not available: {away.Failure ?? "it is loading."}";

    private void Return(PoolEntry<TModel> entry)
    {
        TModel? left = null;
        bool full;
        lock (_gate)
        {
            entry.LastUsed = ++_uses;
            if (--entry.Leases > 0)
            {
                return;
            }

            if (entry.Unloading)
            {
                left = entry.Detach();
            }

            _freed.TrySetResult();
            full = BudgetBytes > 0 && Used(null) > BudgetBytes;
        }

        if (left is not null)
        {
            _ = Task.Run(() => UnloadAsync(entry.Id, left, "it ran out of memory"));
        }
        else if (full)
        {
            _ = Task.Run(() => EnforceBudgetAsync(null));
        }
    }
}
