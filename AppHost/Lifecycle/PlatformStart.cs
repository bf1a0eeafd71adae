using Microsoft.Extensions.Hosting;

namespace EmbedPlatform.AppHost.Lifecycle;

/// <summary>How the start goes. A platform that never was ready ends when a part of it cannot start; a running one goes on without the part.</summary>
internal sealed class PlatformStart(IHostApplicationLifetime lifetime)
{
    private bool _ready;

    /// <summary>A part could not start, so the platform ended.</summary>
    public bool Failed { get; private set; }

    /// <summary>Everything is healthy.</summary>
    public void MarkReady() => Volatile.Write(ref _ready, true);

    /// <summary>A part stays down: says why, and ends a platform that is not ready yet.</summary>
    public void Fail(string reason)
    {
        Console.Error.WriteLine($"AppHost: {reason}");
        if (!Volatile.Read(ref _ready))
        {
            Failed = true;
            lifetime.StopApplication();
        }
    }
}
