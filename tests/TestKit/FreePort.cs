using System.Net;
using System.Net.Sockets;

namespace EmbedPlatform.TestKit;

/// <summary>Ports that nothing listens on.</summary>
public static class FreePort
{
    // Below the ephemeral range (32768 and up on Linux): there, any outgoing connection may take a port between the check and its use.
    private const int First = 15_000;
    private const int Count = 17_000;

    private static int _last = Random.Shared.Next(Count);

    /// <summary>A loopback port that was free a moment ago. No port is returned twice in a process.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _last) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
