namespace EmbedPlatform.SearchApi.Storage;

/// <summary>Wakes the workers of this process when documents were stored; those of other replicas find them by looking.</summary>
internal sealed class EmbeddingWakeUp : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0);

    /// <summary>Says that there is work.</summary>
    public void Raise()
    {
        // A few pending wake-ups are enough; woken workers go on until there is nothing left.
        if (_semaphore.CurrentCount < 64)
        {
            _semaphore.Release();
        }
    }

    /// <summary>Waits for work, at most so long.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _semaphore.WaitAsync(atMost, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _semaphore.Dispose();
}
