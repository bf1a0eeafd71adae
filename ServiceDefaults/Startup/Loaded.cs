namespace EmbedPlatform.ServiceDefaults.Startup;

/// <summary>Something a service cannot work without and that takes a while to load; see <see cref="LoadingExtensions.AddLoadedAtStart"/>.</summary>
/// <typeparam name="T">What is loaded; disposed of with the service.</typeparam>
public sealed class Loaded<T> : IAsyncDisposable
    where T : class
{
    private volatile T? _current;

    /// <summary>What was loaded; null until then.</summary>
    public T? Current => _current;

    /// <summary>What was loaded.</summary>
    /// <exception cref="StillLoadingException">It is not there yet; answered as 503 with <c>Retry-After</c>.</exception>
    public T Value => _current ?? throw new StillLoadingException();

    internal void Set(T value) => _current = value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_current is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync();
        }
        else
        {
            (_current as IDisposable)?.Dispose();
        }
    }
}

/// <summary>A request came before the service had loaded what it needs.</summary>
public sealed class StillLoadingException() : Exception("The service is still loading its model.");
