using Microsoft.Extensions.Hosting;

namespace EmbedPlatform.AppHost.Lifecycle;

/// <summary>The state of the start. A resource that cannot start stops a platform that is not ready; a ready one keeps running.</summary>
internal sealed class PlatformStart(IHostApplicationLifetime lifetime)
{
    private bool _ready;

    /// <summary>Whether a resource could not start and the platform stopped.</summary>
    public bool Failed { get; private set; }

    /// <summary>Everything has become healthy.</summary>
    public void MarkReady() => Volatile.Write(ref _ready, true);

    /// <summary>Reports a resource that stays down, and stops a platform that is not ready yet.</summary>
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
