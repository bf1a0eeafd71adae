using System.Net;
using System.Net.Sockets;

namespace EmbedPlatform.TestKit;

/// <summary>Ports that nothing listens on.</summary>
public static class FreePort
{
    /// <summary>A loopback port that was free a moment ago.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
