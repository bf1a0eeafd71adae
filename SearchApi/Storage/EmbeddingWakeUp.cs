namespace EmbedPlatform.SearchApi.Storage;

/// <summary>Wakes this process's workers when documents are stored; workers of other replicas poll.</summary>
internal sealed class EmbeddingWakeUp : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0);

    public void Raise()
    {
        // A few pending wake-ups suffice: a woken worker continues until the queue is empty.
        if (_semaphore.CurrentCount < 64)
        {
            _semaphore.Release();
        }
    }

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _semaphore.WaitAsync(atMost, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _semaphore.Dispose();
}
