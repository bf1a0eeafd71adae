namespace EmbedPlatform.Inference.ModelPools;

/// <summary>Where a pool's models come from. Thread-safe.</summary>
/// <typeparam name="TModel">The model interface.</typeparam>
public interface IModelProvider<TModel>
    where TModel : class
{
    /// <summary>The models that can be requested, the default first. Reads the disk, so newly installed models are included.</summary>
    /// <exception cref="Models.ModelException">There is no default model; the message says what to do.</exception>
    IReadOnlyList<AvailableModel> Offers();

    /// <summary>Loads a model and runs it once to warm it up.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="outOfMemory">Called when a later run is out of memory.</param>
    /// <param name="cancellationToken">Cancels the load if possible.</param>
    Task<TModel> LoadAsync(string id, Action<Exception> outOfMemory, CancellationToken cancellationToken);
}

/// <summary>A model that can be loaded.</summary>
/// <param name="Id">Its id in the catalogue.</param>
/// <param name="ExpectedBytes">The expected memory: the size of its files, which are nearly all weights.</param>
public sealed record AvailableModel(string Id, long ExpectedBytes)
{
    /// <summary>The ids of the models it was derived from, nearest first; null for an original model.</summary>
    public IReadOnlyList<string>? MadeFrom { get; init; }
}
