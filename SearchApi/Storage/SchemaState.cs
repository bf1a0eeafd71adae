using EmbedPlatform.SearchApi.Failures;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>The migration state of the schema.</summary>
internal sealed class SchemaState
{
    private readonly TaskCompletionSource<int> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _lastFailure;

    /// <summary>The number of the last migration; null until the schema is ready.</summary>
    public int? Version => _ready.Task.IsCompletedSuccessfully ? _ready.Task.Result : null;

    /// <summary>The error of the last failed attempt.</summary>
    public string? LastFailure => _lastFailure;

    public void MarkReady(int version) => _ready.TrySetResult(version);

    public void MarkFailed(string reason) => _lastFailure = reason;

    public Task WaitAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <summary>Throws a 503 until the schema is ready.</summary>
    public void Require()
    {
        if (Version is null)
        {
            throw ApiException.Unavailable("The database is not ready yet.", TimeSpan.FromSeconds(2));
        }
    }
}
