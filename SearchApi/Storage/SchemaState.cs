using EmbedPlatform.SearchApi.Failures;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>Whether the schema is there; written by the migration, read by everybody who needs tables.</summary>
internal sealed class SchemaState
{
    private readonly TaskCompletionSource<int> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _lastFailure;

    /// <summary>The number of the last migration; null while the schema is not there.</summary>
    public int? Version => _ready.Task.IsCompletedSuccessfully ? _ready.Task.Result : null;

    /// <summary>Why the last attempt to migrate failed.</summary>
    public string? LastFailure => _lastFailure;

    /// <summary>Says that the schema is there.</summary>
    public void MarkReady(int version) => _ready.TrySetResult(version);

    /// <summary>Says why the schema is not there yet.</summary>
    public void MarkFailed(string reason) => _lastFailure = reason;

    /// <summary>Waits until the schema is there.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <summary>Refuses with a 503 while the schema is not there.</summary>
    public void Require()
    {
        if (Version is null)
        {
            throw ApiException.Unavailable("The database is not ready yet.", TimeSpan.FromSeconds(2));
        }
    }
}
