using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace EmbedPlatform.AppHost;

/// <summary>The ports of the services that users call; null: a random one.</summary>
internal sealed record ServicePorts(int? Search, int? Embed, int? Rerank)
{
    /// <summary>Random ports.</summary>
    public static ServicePorts Any { get; } = new(null, null, null);
}

/// <summary>Which port a service gets.</summary>
internal static class Ports
{
    /// <summary>The ports of a run.</summary>
    /// <exception cref="RefusedException">The user wants a port that something else listens on.</exception>
    public static ServicePorts Choose(PortOptions options, IConfiguration configuration) =>
        new(
            Choose(options.Search, 7080, nameof(options.Search), configuration),
            Choose(options.Embed, 7081, nameof(options.Embed), configuration),
            Choose(options.Rerank, 7082, nameof(options.Rerank), configuration)
        );

    /// <summary>The port to ask for; null is a random one.</summary>
    /// <param name="configured">What the user wants; null: nothing.</param>
    /// <param name="preferred">The default.</param>
    /// <param name="option">The option's name, for the words that say what happened.</param>
    /// <param name="configuration">Tells whether the host randomises ports, as it does under test.</param>
    /// <exception cref="RefusedException">The user wants a port that something else listens on.</exception>
    public static int? Choose(int? configured, int preferred, string option, IConfiguration configuration)
    {
        if (configured == 0 || configuration.GetValue<bool>("DcpPublisher:RandomizePorts"))
        {
            return null;
        }

        var wanted = configured ?? preferred;
        if (IsFree(wanted))
        {
            return wanted;
        }

        if (configured is not null)
        {
            throw new RefusedException($"Ports:{option}: something else listens on port {wanted}");
        }

        Console.WriteLine($"port {wanted} is taken; {option} gets a random one (--Ports:{option} chooses)");
        return null;
    }

    /// <summary>
    /// A loopback port that nothing listens on, below the range that the system takes for outgoing connections: a server that
    /// starts again finds it free.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            if (IsFree(port))
            {
                return port;
            }
        }
    }

    // A service that listens on "localhost" takes the port of both addresses.
    private static bool IsFree(int port) =>
        IsFree(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || IsFree(IPAddress.IPv6Loopback, port));

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
