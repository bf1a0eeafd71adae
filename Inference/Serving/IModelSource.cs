namespace EmbedPlatform.Inference.Serving;

/// <summary>Where a pool's models come from. Thread-safe.</summary>
/// <typeparam name="TModel">What serves.</typeparam>
public interface IModelSource<TModel>
    where TModel : class
{
    /// <summary>The models that can be asked for, the default first. Looks at the disk: what was installed a moment ago is there.</summary>
    /// <exception cref="Models.ModelException">There is no default model; the message says what to do.</exception>
    IReadOnlyList<ModelOffer> Offers();

    /// <summary>Loads a model and runs it once, so that its first caller finds it warm.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="outOfMemory">To be called when a later run finds no memory.</param>
    /// <param name="cancellationToken">Gives up where that is possible.</param>
    Task<TModel> LoadAsync(string id, Action<Exception> outOfMemory, CancellationToken cancellationToken);
}

/// <summary>A model that can be loaded.</summary>
/// <param name="Id">Its id in the catalogue.</param>
/// <param name="ExpectedBytes">What it is expected to take in memory: the bytes of its files, of which weights are nearly all.</param>
public sealed record ModelOffer(string Id, long ExpectedBytes)
{
    /// <summary>The ids of the models that it was made from, the nearest first; null for a model of its own.</summary>
    public IReadOnlyList<string>? MadeFrom { get; init; }
}
