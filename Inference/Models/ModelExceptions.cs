namespace EmbedPlatform.Inference.Models;

/// <summary>A model cannot be found, fetched or loaded. The message is one line for people that says what to do.</summary>
public class ModelException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The catalogue has no such model for the task.</summary>
public sealed class UnknownModelException(string message) : ModelException(message);

/// <summary>A model is in the catalogue but not, or not completely, installed.</summary>
/// <param name="id">The model, or <c>default</c>.</param>
/// <param name="reason">The reason, as a sentence.</param>
public sealed class ModelNotInstalledException(string id, string reason)
    : ModelException($"{reason} Install it with: embedctl models pull {id}")
{
    /// <summary>The model, or <c>default</c>.</summary>
    public string ModelId { get; } = id;
}

/// <summary>A model could not be fetched; what was fetched so far is kept and used by the next attempt.</summary>
public sealed class ModelPullException(string message, Exception? inner = null) : ModelException(message, inner);

/// <summary>A file does not match the hash from its publisher, the catalogue or an earlier pull; it was deleted.</summary>
public sealed class ModelIntegrityException(string message) : ModelException(message);

/// <summary>A local folder does not contain a model that can be imported.</summary>
public sealed class ModelImportException(string message, Exception? inner = null) : ModelException(message, inner);
