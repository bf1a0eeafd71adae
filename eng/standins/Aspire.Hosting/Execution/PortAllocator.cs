using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>
/// Gives every endpoint its port. There is no proxy: a process listens where its callers call, also after a restart. Random ports lie
/// below the range that the system takes for outgoing connections, so that none of those sits on a port when its process comes back.
/// </summary>
internal sealed class PortAllocator(bool randomize)
{
    private const int First = 15_000;
    private const int End = 32_000;
    private static readonly HashSet<int> HandedOut = [];

    public void Allocate(IEnumerable<IResource> resources)
    {
        foreach (var endpoint in resources.SelectMany(r => r.Annotations.OfType<EndpointAnnotation>()))
        {
            var wanted = endpoint.IsProxied ? endpoint.Port ?? endpoint.TargetPort : endpoint.TargetPort ?? endpoint.Port;
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", wanted is { } port && !(randomize && endpoint.IsProxied) ? port : Free());
        }
    }

    private static int Free()
    {
        lock (HandedOut)
        {
            while (true)
            {
                var port = Random.Shared.Next(First, End);
                if (IsFree(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || IsFree(IPAddress.IPv6Loopback, port)) && HandedOut.Add(port))
                {
                    return port;
                }
            }
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException e)
        {
            // A machine without IPv6 on its loopback device has no port to be taken there.
            return e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }
}
