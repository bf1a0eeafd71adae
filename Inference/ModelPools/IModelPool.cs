namespace EmbedPlatform.Inference.ModelPools;

/// <summary>The models that one process serves by name, under one memory budget. Thread-safe.</summary>
/// <typeparam name="TModel">
/// The model interface: <see cref="Execution.IEmbeddingModel"/> or <see cref="Execution.IRerankModel"/>.
/// </typeparam>
public interface IModelPool<TModel>
    where TModel : class
{
    /// <summary>The models that can be requested, the default first.</summary>
    IReadOnlyList<ServedModel> Models { get; }

    /// <summary>Leases a model, loading it first if necessary; it stays in memory until the lease is disposed of.</summary>
    /// <param name="name">Its id, an alias, or null, empty or <c>default</c> for the default model.</param>
    /// <param name="cancellationToken">Stops waiting; the load itself continues for other callers.</param>
    /// <exception cref="ModelNotServedException">No model of this name is served.</exception>
    ValueTask<ModelLease<TModel>> RentAsync(string? name, CancellationToken cancellationToken);
}

/// <summary>A model in use.</summary>
/// <typeparam name="TModel">The model interface.</typeparam>
/// <param name="model">The model.</param>
/// <param name="fallbackReason">Why a model other than the requested one serves; null if it is the requested one.</param>
/// <param name="release">Called once, on the first disposal.</param>
public sealed class ModelLease<TModel>(TModel model, string? fallbackReason = null, Action? release = null) : IDisposable
    where TModel : class
{
    private Action? _release = release;

    /// <summary>The model.</summary>
    public TModel Model { get; } = model;

    /// <summary>Why a model other than the requested one serves; null if it is the requested one.</summary>
    public string? FallbackReason { get; } = fallbackReason;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}

/// <summary>A model that can be requested by name.</summary>
/// <param name="Id">Its id in the catalogue.</param>
/// <param name="IsDefault">Whether it serves requests that name no model.</param>
/// <param name="Loaded">Whether it is in memory now.</param>
/// <param name="Bytes">Its memory in bytes: measured if it is loaded, otherwise estimated from its files.</param>
public sealed record ServedModel(string Id, bool IsDefault, bool Loaded, long Bytes)
{
    /// <summary>The ids of the models it was derived from, nearest first; null for an original model.</summary>
    public IReadOnlyList<string>? MadeFrom { get; init; }
}

/// <summary>A request named a model that is not served.</summary>
/// <param name="name">The name.</param>
/// <param name="served">The names that are served.</param>
public sealed class ModelNotServedException(string name, IReadOnlyList<string> served)
    : Exception($"The model '{name}' is not served here; available models: {string.Join(", ", served)}.")
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
