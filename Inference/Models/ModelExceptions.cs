namespace EmbedPlatform.Inference.Models;

/// <summary>A model cannot be found, fetched or loaded; the message is one line for people and says what to do.</summary>
public class ModelException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The catalogue knows no such model for the task.</summary>
public sealed class UnknownModelException(string message) : ModelException(message);

/// <summary>A model is known and not (or not completely) installed.</summary>
/// <param name="id">The model, or <c>default</c>.</param>
/// <param name="reason">What is the matter.</param>
public sealed class ModelNotInstalledException(string id, string reason)
    : ModelException($"{reason} Install it with: embedctl models pull {id}")
{
    /// <summary>The model, or <c>default</c>.</summary>
    public string ModelId { get; } = id;
}

/// <summary>A model could not be fetched; what was fetched so far is kept and used by the next attempt.</summary>
public sealed class ModelPullException(string message, Exception? inner = null) : ModelException(message, inner);

/// <summary>A file is not what its publisher, the catalogue or an earlier pull says it is; it was thrown away.</summary>
public sealed class ModelIntegrityException(string message) : ModelException(message);

/// <summary>A local folder holds no model that can be imported.</summary>
public sealed class ModelImportException(string message, Exception? inner = null) : ModelException(message, inner);
