namespace EmbedPlatform.Inference.Execution;

/// <summary>What every loaded model is, whatever it does. Disposing of it finishes what it has taken.</summary>
public interface IInferenceModel : IAsyncDisposable
{
    /// <summary>What is loaded.</summary>
    LoadedModel Model { get; }

    /// <summary>The state of the queue and the workers at this moment.</summary>
    EngineStatus Status { get; }
}

/// <summary>A model that says when its runs find no memory, so that a smaller one can take over.</summary>
public interface IReportsOutOfMemory
{
    /// <summary>A batch found no memory; raised by the thread that ran it, before its callers get the exception.</summary>
    event Action<ModelOutOfMemoryException>? OutOfMemory;
}
