namespace EmbedPlatform.ServiceDefaults.Hosting;

/// <summary>A value that a service loads in the background at startup; see <see cref="StartupExtensions.AddStartupValue"/>.</summary>
public sealed class StartupValue<T> : IAsyncDisposable
    where T : class
{
    private volatile T? _current;

    /// <summary>Null until loaded.</summary>
    public T? Current => _current;

    /// <exception cref="StillLoadingException">Not loaded yet; answered as 503 with <c>Retry-After</c>.</exception>
    public T Value => _current ?? throw new StillLoadingException();

    internal void Set(T value) => _current = value;

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

public sealed class StillLoadingException() : Exception("The service is still loading its model.");
