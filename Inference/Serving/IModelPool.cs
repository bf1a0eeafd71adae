namespace EmbedPlatform.Inference.Serving;

/// <summary>The models that one process serves by name, under one memory budget. Thread-safe.</summary>
/// <typeparam name="TModel">What serves: <see cref="Execution.IEmbeddingModel"/> or <see cref="Execution.IRerankModel"/>.</typeparam>
public interface IModelPool<TModel>
    where TModel : class
{
    /// <summary>What can be asked for, the default first.</summary>
    IReadOnlyList<ServedModel> Models { get; }

    /// <summary>Takes a model into use; it stays in memory until the lease is disposed of, and is loaded first where it is not there.</summary>
    /// <param name="name">Its id, an alias, or null, empty or <c>default</c> for the default model.</param>
    /// <param name="cancellationToken">Stops waiting for it; a load that others wait for goes on.</param>
    /// <exception cref="ModelNotServedException">No model of this name is served.</exception>
    ValueTask<ModelLease<TModel>> RentAsync(string? name, CancellationToken cancellationToken);
}

/// <summary>A model in use.</summary>
/// <typeparam name="TModel">What serves.</typeparam>
/// <param name="model">The model.</param>
/// <param name="fallbackReason">Why another model than the one that was asked for serves; null where it is the one.</param>
/// <param name="release">Called once, when the lease is disposed of first.</param>
public sealed class ModelLease<TModel>(TModel model, string? fallbackReason = null, Action? release = null) : IDisposable
    where TModel : class
{
    private Action? _release = release;

    /// <summary>The model.</summary>
    public TModel Model { get; } = model;

    /// <summary>Why another model than the one that was asked for serves; null where it is the one.</summary>
    public string? FallbackReason { get; } = fallbackReason;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}

/// <summary>A model that can be asked for by name.</summary>
/// <param name="Id">Its id in the catalogue.</param>
/// <param name="IsDefault">Whether it is what requests without a name get.</param>
/// <param name="Loaded">Whether it is in memory now.</param>
/// <param name="Bytes">What it takes in memory, measured where it is loaded, else what its files make expect.</param>
public sealed record ServedModel(string Id, bool IsDefault, bool Loaded, long Bytes)
{
    /// <summary>The ids of the models that it was made from, the nearest first; null for a model of its own.</summary>
    public IReadOnlyList<string>? MadeFrom { get; init; }
}

/// <summary>A request named a model that is not served.</summary>
/// <param name="name">The name.</param>
/// <param name="served">The names that are.</param>
public sealed class ModelNotServedException(string name, IReadOnlyList<string> served)
    : Exception($"The model '{name}' is not served here; these are: {string.Join(", ", served)}.")
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
