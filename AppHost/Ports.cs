using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace EmbedPlatform.AppHost;

/// <summary>The ports of the services; null for a random one.</summary>
internal sealed record ServicePorts(int? Search, int? Embed, int? Rerank)
{
    /// <summary>Random ports.</summary>
    public static ServicePorts Any { get; } = new(null, null, null);
}

/// <summary>Chooses the ports of services.</summary>
internal static class Ports
{
    /// <summary>The ports of a run.</summary>
    /// <exception cref="RefusedException">The configured port is in use.</exception>
    public static ServicePorts Choose(PortOptions options, IConfiguration configuration) =>
        new(
            Choose(options.Search, 7080, nameof(options.Search), configuration),
            Choose(options.Embed, 7081, nameof(options.Embed), configuration),
            Choose(options.Rerank, 7082, nameof(options.Rerank), configuration)
        );

    /// <summary>The port to use; null for a random one.</summary>
    /// <param name="configured">The configured port; null if there is none.</param>
    /// <param name="preferred">The default.</param>
    /// <param name="option">The option's name, for messages.</param>
    /// <param name="configuration">Whether the host randomises ports, as in tests.</param>
    /// <exception cref="RefusedException">The configured port is in use.</exception>
    public static int? Choose(int? configured, int preferred, string option, IConfiguration configuration)
    {
        if (configured == 0 || configuration.GetValue<bool>("DcpPublisher:RandomizePorts"))
        {
            return null;
        }

        var port = configured ?? preferred;
        if (IsFree(port))
        {
            return port;
        }

        if (configured is not null)
        {
            throw new RefusedException($"Ports:{option}: port {port} is in use");
        }

        Console.WriteLine($"port {port} is in use; {option} gets a random port (choose one with --Ports:{option})");
        return null;
    }

    /// <summary>
    /// A free loopback port below the range of outgoing connections, so that it is still free when its server restarts.
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

    // A service that listens on "localhost" uses the port of both addresses.
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
            // Without IPv6 on the loopback device there is no second port to check.
            return e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }
}
