namespace EmbedPlatform.Inference.Execution;

/// <summary>A loaded model of any task. Disposing of it finishes the admitted work first.</summary>
public interface IInferenceModel : IAsyncDisposable
{
    /// <summary>The loaded model.</summary>
    LoadedModel Model { get; }

    /// <summary>The state of the queue and the workers at this moment.</summary>
    EngineStatus Status { get; }
}

/// <summary>A model that reports out-of-memory failures of its runs, so that a fallback can replace it.</summary>
public interface IOutOfMemoryReporter
{
    /// <summary>A batch ran out of memory; raised by the thread that ran it, before its callers get the exception.</summary>
    event Action<ModelOutOfMemoryException>? OutOfMemory;
}
